//! Figures as Prometheus reads them: the text exposition format, version 0.0.4.
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::fmt::Write as _;

/// What a figure is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// It only rises, until the process ends.
    Counter,
    /// It rises and falls.
    Gauge,
}

/// A page of figures.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

impl Page {
    pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

    /// Begins a family of figures that differ in their labels.
    pub(crate) fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        // Writing to a string does not fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        Family { page: self, name }
    }

    /// A single figure.
    pub(crate) fn figure(&mut self, name: &'static str, kind: Kind, help: &str, value: f64) {
        self.family(name, kind, help).add(&[], value);
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// Figures of one name.
pub(crate) struct Family<'a> {
    page: &'a mut Page,
    name: &'static str,
}

impl Family<'_> {
    pub(crate) fn add(&mut self, labels: &[(&str, &str)], value: f64) {
        let text = &mut self.page.0;
        text.push_str(self.name);
        for (place, (label, content)) in labels.iter().enumerate() {
            let open = if place == 0 { '{' } else { ',' };
            let content = content.replace('\\', r"\\").replace('"', "\\\"");
            let content = content.replace('\n', r"\n");
            let _ = write!(text, "{open}{label}=\"{content}\"");
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(text, "{close} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_prometheus_wants_it() {
        let mut page = Page::default();
        page.figure("uptime_seconds", Kind::Gauge, "How long.", 1.5);
        let mut family = page.family("calls_total", Kind::Counter, "Calls.");
        family.add(&[("owner", "bot"), ("how", "a \"b\"\\\n")], 3.0);
        family.add(&[("owner", "host 1")], 0.0);
        insta::assert_snapshot!(page.into_text(), @r#"
        # HELP uptime_seconds How long.
        # TYPE uptime_seconds gauge
        uptime_seconds 1.5
        # HELP calls_total Calls.
        # TYPE calls_total counter
        calls_total{owner="bot",how="a \"b\"\\\n"} 3
        calls_total{owner="host 1"} 0
        "#);
    }
}
