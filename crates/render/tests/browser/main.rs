//! The pages of run sheet and reports as a browser lays them out: on a screen, on a phone, in the dark, on paper.
//!
//! Needs Chromium, which `scripts/chromium` installs where it may; without it, this says that it was
//! skipped.

mod chromium;
mod pages;

use chromium::{Chromium, Frame, Scheme};
use pages::Page;

/// The widths of a laptop and of a phone, in CSS pixels.
const SCREENS: [u32; 2] = [1280, 420];
/// A4 landscape and upright, without its margins.
const PAPER: u32 = 1047;
const UPRIGHT: u32 = 718;

fn on_screens(pages: &[Page]) -> Vec<Frame> {
    let frames = pages.iter().flat_map(|page| {
        SCREENS.map(|width| Frame {
            name: format!("{} at {width}", page.name),
            html: page.html.clone(),
            width,
        })
    });
    frames.collect()
}

/// The page as a printer gets it, in a frame.
fn on_paper(page: &Page, width: u32) -> Frame {
    let html = without_policy(&page.html);
    let html = html.replace("@media print", "@media all");
    Frame {
        name: format!("{} on paper", page.name),
        html: html.replace("@media screen and", "@media (max-width: 1px) and"),
        width,
    }
}

/// The page with a style sheet that is not the one which its policy names.
fn without_policy(html: &str) -> String {
    let page = html.replace("Content-Security-Policy", "none");
    assert_ne!(page, html, "there is a policy");
    page
}

#[test]
fn nothing_overlaps_or_is_cut_off_or_hard_to_read() {
    let Some(chromium) = Chromium::on_this_machine() else {
        return;
    };
    let mut pages = pages::all();
    let mut light: Vec<Frame> = pages.iter().map(|page| on_paper(page, PAPER)).collect();
    let report = pages::report();
    light.push(on_paper(&report, UPRIGHT));
    pages.push(report);
    light.extend(on_screens(&pages));
    // In the dark, colours are all that differs, and these pages have every one.
    let colourful = |page: &Page| ["changed", "crowded", "report"].contains(&page.name);
    let dark: Vec<Page> = pages.into_iter().filter(colourful).collect();
    for (scheme, frames) in [(Scheme::Light, light), (Scheme::Dark, on_screens(&dark))] {
        let findings = chromium.audit(&frames, scheme);
        assert!(findings.is_empty(), "{scheme:?}: {findings:#?}");
    }
}

#[test]
fn four_days_print_on_a_page_each_and_so_does_each_day_at_a_glance() {
    let Some(chromium) = Chromium::on_this_machine() else {
        return;
    };
    let page = without_policy(&pages::origin());
    let without = |what: &str| {
        let style = format!("<style>{what} {{ display: none; }}</style></head>");
        chromium.pages_on_paper(&page.replace("</head>", &style))
    };
    let days = without(".glance, .appendix");
    assert_eq!(days, 4);
    assert_eq!(without(".appendix"), days + 4);
    assert!(without(".none") <= days + 4 + 3);
}

#[test]
fn the_audit_finds_what_is_planted() {
    let Some(chromium) = Chromium::on_this_machine() else {
        return;
    };
    let faults = [
        ("fine", "<p>All is well.</p>"),
        (
            "overlap",
            "<p style='height: 1em'>One</p><p style='margin-top: -2.2em'>Other</p>",
        ),
        ("overflow", "<p style='width: 9000px'>Wide</p>"),
        (
            "outside",
            "<p style='width: 30px'>Incomprehensibilities</p>",
        ),
        (
            "cut",
            "<p style='width: 30px; overflow: hidden'>Incomprehensibilities</p>",
        ),
        (
            "covered",
            "<div class=scroll style='overflow-x: auto'><div style='width: 2000px; display: grid'>\
             <p style='grid-area: 1/1; position: sticky; left: 0'>Label</p>\
             <div style='grid-area: 1/1; position: relative; background: #fff'>&nbsp;</div></div></div>",
        ),
        (
            "flat",
            "<p title='Too low' style='height: 3px; overflow: hidden'>Too low</p>",
        ),
        ("contrast", "<p style='color: #888'>Grey</p>"),
        (
            "fine",
            "<p title='Incomprehensibilities' style='width: 30px; overflow: hidden'>Incomprehensibilities</p>",
        ),
    ];
    let frames = faults.map(|(name, body)| Frame {
        name: name.to_owned(),
        html: format!(
            "<!DOCTYPE html><html lang=en><body style='--ink: #000; background: #fff'>{body}"
        ),
        width: 420,
    });
    for frame in frames {
        let kind = frame.name.clone();
        let findings = chromium.audit(&[frame], Scheme::Light);
        let said = findings
            .iter()
            .any(|finding| finding.contains(&format!(": {kind}")));
        assert_eq!(said, kind != "fine", "{kind}: {findings:#?}");
    }
}
