//! Chromium without a window.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Once;
use std::{env, fs};

use tempfile::TempDir;

const AUDIT: &str = include_str!("audit.js");

/// A page in a frame as wide as a screen, in CSS pixels.
pub(crate) struct Frame {
    pub(crate) name: String,
    pub(crate) html: String,
    pub(crate) width: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

pub(crate) struct Chromium {
    program: String,
}

impl Chromium {
    /// `None`, loudly, where there is none.
    pub(crate) fn on_this_machine() -> Option<Self> {
        let named = env::var("SHOWCALLER_TEST_CHROMIUM").ok();
        let usual = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
        let program = named.into_iter().chain(usual).find(|program| {
            let version = Command::new(program).arg("--version").output();
            version.is_ok_and(|version| version.status.success())
        });
        if program.is_none() {
            static SAID: Once = Once::new();
            // Not as a test prints: that is only heard of when it fails.
            SAID.call_once(|| {
                let _ = writeln!(
                    io::stderr(),
                    "SKIPPED: no page is laid out, because there is no Chromium; \
                     ./scripts/chromium COMMAND gives one"
                );
            });
        }
        program.map(|program| Self { program })
    }

    /// What the audit says of each page, each finding after the page's name.
    pub(crate) fn audit(&self, frames: &[Frame], scheme: Scheme) -> Vec<String> {
        let mut page = String::from("<!DOCTYPE html><meta charset=utf-8><body>");
        for Frame { name, html, width } in frames {
            let html = html.replace('&', "&amp;").replace('"', "&quot;");
            page += &format!(
                "<iframe name=\"{name}\" width={width} height=20000 style='border: 0' srcdoc=\"{html}\"></iframe>"
            );
        }
        page += &format!(
            "<script>{AUDIT} onload = () => {{
               const findings = (frame) => {{
                 try {{ return audit(frame.contentDocument, {}); }} catch (error) {{ return [error.stack]; }}
               }};
               const lines = [...document.querySelectorAll('iframe')].flatMap((frame) =>
                 findings(frame).map((finding) => `${{frame.name}}: ${{finding}}`));
               const list = document.createElement('pre');
               list.textContent = ['audited', ...lines].join('\\n');
               document.body.replaceChildren(list);
             }}</script>",
            scheme == Scheme::Dark
        );
        let colours = match scheme {
            Scheme::Light => "--blink-settings=preferredColorScheme=1",
            Scheme::Dark => "--blink-settings=preferredColorScheme=0",
        };
        let dom = self.run(&page, &["--dump-dom", colours]);
        let (_, list) = dom.split_once("<pre>audited").expect("an audit");
        let (list, _) = list.split_once("</pre>").expect("its end");
        list.lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// On how many sheets of paper a page prints.
    pub(crate) fn pages_on_paper(&self, html: &str) -> usize {
        let folder = tempfile::tempdir().expect("a folder");
        let pdf = folder.path().join("page.pdf");
        let print = format!("--print-to-pdf={}", pdf.display());
        self.run(html, &[&print, "--no-pdf-header-footer"]);
        let pdf = fs::read(pdf).expect("a PDF");
        let pdf = String::from_utf8_lossy(&pdf);
        let pages = pdf.split("/Type /Page").skip(1);
        pages.filter(|rest| !rest.starts_with('s')).count()
    }

    fn run(&self, html: &str, arguments: &[&str]) -> String {
        let folder: TempDir = tempfile::tempdir().expect("a folder");
        let page = folder.path().join("page.html");
        fs::write(&page, html).expect("a page");
        let output = Command::new(&self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
            ])
            .args(["--no-first-run", "--disable-background-networking"])
            .args([
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--window-size=1400,1000",
            ])
            .arg(format!(
                "--user-data-dir={}",
                folder.path().join("profile").display()
            ))
            .args(arguments)
            .arg(address(&page))
            .output()
            .expect("Chromium starts");
        assert!(
            output.status.success()
                && !(arguments.contains(&"--dump-dom") && output.stdout.is_empty()),
            "{output:?}"
        );
        String::from_utf8(output.stdout).expect("text")
    }
}

fn address(page: &Path) -> String {
    format!("file://{}", page.display())
}
