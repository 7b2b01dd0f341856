mod pages;
#[test]
fn write() {
    for page in pages::all() {
        std::fs::write(format!("/tmp/pg/{}.html", page.name), page.html).unwrap();
    }
}
