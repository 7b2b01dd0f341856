//! The page about the simulator cannot go stale.

use std::fs;
use std::path::PathBuf;

use showcaller_simulator::Switches;

const BEGIN: &str = "<!-- switches: begin -->\n";
const END: &str = "<!-- switches: end -->";

/// Set `UPDATE_DOCS=1` to write the table anew.
#[test]
fn the_page_lists_every_switch() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulator.md");
    let page = fs::read_to_string(&path).expect("docs/simulator.md");
    let (before, rest) = page
        .split_once(BEGIN)
        .expect("the marker where the table begins");
    let (table, after) = rest
        .split_once(END)
        .expect("the marker where the table ends");
    let fresh = format!("\n{}\n", Switches::markdown());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{fresh}{END}{after}")).expect("a page to write");
    } else {
        assert_eq!(table, fresh, "run this test with UPDATE_DOCS=1");
    }
}
