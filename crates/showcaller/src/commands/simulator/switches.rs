//! The list of everything that is not known about Webex, and how it is decided here.

use showcaller_simulator::Switches;

use crate::terminal::{page, say, wrap};

/// Shows every switch with its choices, the default first.
pub(super) fn show() {
    let intro = "What is not known about Webex, and what the simulator takes for true. Another \
                 answer is chosen by --set NAME=VALUE, as in --set bot-moderates=no. The first \
                 value is the default.";
    paragraph(intro, 0);
    for switch in Switches::default().table() {
        let others = switch.choices.iter().filter(|one| **one != switch.default);
        let choices: Vec<&str> = std::iter::once(switch.default)
            .chain(others.copied())
            .collect();
        let number = if switch.choices.is_empty() {
            ", or another number"
        } else {
            ""
        };
        say::line("");
        say::line(&format!(
            "{} = {}{number}",
            switch.name,
            choices.join(" | ")
        ));
        paragraph(switch.about, 4);
    }
}

fn paragraph(text: &str, indent: usize) {
    for line in wrap::wrapped(text, indent, page::width()) {
        say::line(&line);
    }
}
