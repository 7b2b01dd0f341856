//! The page about the simulator cannot go stale.

use std::fs;
use std::path::PathBuf;

use showcaller_simulator::{Fault, Switches};

/// Set `UPDATE_DOCS=1` to write the tables anew.
fn keep_fresh(name: &str, table: &str) {
    let (begin, end) = (
        format!("<!-- {name}: begin -->\n"),
        format!("<!-- {name}: end -->"),
    );
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulator.md");
    let page = fs::read_to_string(&path).expect("docs/simulator.md");
    let (before, rest) = page
        .split_once(&begin)
        .expect("the marker where the table begins");
    let (old, after) = rest
        .split_once(&end)
        .expect("the marker where the table ends");
    let fresh = format!("\n{table}\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{begin}{fresh}{end}{after}")).expect("a page to write");
    } else {
        assert_eq!(old, fresh, "run this test with UPDATE_DOCS=1");
    }
}

#[test]
fn the_page_lists_every_switch_and_every_fault() {
    keep_fresh("switches", &Switches::markdown());
    keep_fresh("faults", &Fault::markdown());
}

#[test]
fn every_fault_that_the_page_shows_can_be_typed() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulator.md");
    let page = fs::read_to_string(path).expect("docs/simulator.md");
    let quoted = page.split("--fault \"").skip(1);
    let shown: Vec<&str> = quoted.filter_map(|rest| rest.split('"').next()).collect();
    assert!(shown.len() >= 8, "{shown:?}");
    for line in shown {
        let read = line.parse::<Fault>();
        assert!(read.is_ok(), "{}", read.unwrap_err());
    }
}
