#[path = "answers/support.rs"]
#[allow(dead_code)]
mod support;
#[test]
fn speed() {
    let world = support::World::new();
    world.ask("2027-10-29T08:00", "ann", "team-1", "agenda");
    let start = std::time::Instant::now();
    for _ in 0..200 {
        world.ask(
            "2027-10-29T08:00",
            "ann",
            "team-1",
            "hi, can you tell me where I need to be now?",
        );
    }
    println!("usual {:?}", start.elapsed() / 200);
    let worst = "qwertyuiop ".repeat(54);
    let start = std::time::Instant::now();
    for _ in 0..20 {
        world.ask("2027-10-29T08:00", "ann", "team-1", &worst);
    }
    println!("worst {:?}", start.elapsed() / 20);
}
