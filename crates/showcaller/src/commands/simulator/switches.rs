//! The list of everything that is not known about Webex, and how it is decided here.

use showcaller_simulator::Switches;

use crate::terminal::say;

/// Shows every switch with its choices, the default first.
pub(super) fn show() {
    let intro = "What is not known about Webex, and what the simulator takes for true. Another \
                 answer is chosen by --set NAME=VALUE, as in --set bot-moderates=no. The first \
                 value is the default.";
    say::paragraph(intro);
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
        say::indented(switch.about, 4);
    }
}
