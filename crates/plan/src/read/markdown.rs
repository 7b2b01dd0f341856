//! The plan for a pull request.

use std::fmt::Write;

use showcaller_event::markdown::plain;

use super::groups::{Group, Item, Section, sections, tally};
use super::paper::GLUE;
use super::words::{list, thousands};
use super::zone::Zone;
use super::{drift, outcome};
use crate::plan::Plan;

/// Rows of one table before it is folded away.
const LONG: usize = 15;

/// The plan as GitHub-flavoured Markdown: headings, tables, long lists folded in `<details>`.
///
/// Everything is in it, nothing is shortened. Titles, names and sentences are escaped: none of
/// them becomes markup, a link or a mention.
#[must_use]
pub fn markdown(plan: &Plan) -> String {
    let zone = Zone::of(plan);
    let mut page = String::new();
    title(&mut page, plan, &zone);
    accounts(&mut page, plan);
    let ledger: Vec<String> = outcome::adopted(plan)
        .into_iter()
        .chain(outcome::vanished(plan))
        .chain(outcome::bookkeeping(plan))
        .collect();
    bullets(&mut page, "In the ledger", &ledger);
    drifted(&mut page, "Changed on Webex", drift::by_hand(plan, &zone));
    for section in sections(plan, &zone) {
        write_section(&mut page, &section);
    }
    drifted(&mut page, "Kept as on Webex", drift::kept(plan, &zone));
    waiting(&mut page, plan);
    told(&mut page, plan);
    let cost = outcome::cost(plan);
    if !cost.is_empty() {
        let cost: Vec<[String; 2]> = cost
            .into_iter()
            .map(|(name, sentence)| [name.to_owned(), escaped(&sentence)])
            .collect();
        heading(&mut page, "Cost");
        table(&mut page, ["", ""], &cost);
    }
    without_gaps(&page)
}

/// One empty line is as good as two. No text of others brings any.
fn without_gaps(page: &str) -> String {
    let mut tidy = String::with_capacity(page.len());
    for line in page.lines() {
        if !line.is_empty() || !tidy.ends_with("\n\n") {
            put(&mut tidy, line);
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

fn put(page: &mut String, line: impl AsRef<str>) {
    page.push_str(line.as_ref());
    page.push('\n');
}

fn heading(page: &mut String, title: &str) {
    put(page, format!("\n### {title}\n"));
}

fn title(page: &mut String, plan: &Plan, zone: &Zone) {
    put(page, format!("## Plan for {}\n", escaped(&plan.title)));
    if plan.is_empty() {
        return put(page, outcome::nothing_to_do(plan));
    }
    let counts: Vec<String> = tally(plan)
        .iter()
        .map(|(mark, number)| format!("**{}** {}", thousands(*number), mark.words()))
        .collect();
    put(
        page,
        format!("{}. Times are in {}.", list(&counts), escaped(&zone.name)),
    );
}

fn accounts(page: &mut String, plan: &Plan) {
    if plan.is_empty() && !outcome::has_problems(plan) {
        return;
    }
    heading(page, "Accounts");
    let rows: Vec<[String; 3]> = outcome::accounts(plan)
        .into_iter()
        .map(|(name, facts, problems)| {
            let problems: Vec<String> = problems.iter().map(|p| escaped(p)).collect();
            [code(&name), escaped(&facts), problems.join("<br>")]
        })
        .collect();
    table(page, ["account", "", "problems"], &rows);
}

fn write_section(page: &mut String, section: &Section) {
    heading(page, section.title);
    for group in &section.groups {
        write_group(page, group);
    }
}

fn write_group(page: &mut String, group: &Group) {
    let headline = format!("`{}` {}", group.mark.symbol(), escaped(&group.headline));
    let items = group.shown(true);
    if items.is_empty() {
        return put(page, format!("- {headline}\n"));
    }
    let rows: Vec<[String; 2]> = items.iter().map(row).collect();
    if rows.len() <= LONG {
        put(page, format!("{headline}\n"));
        return table(page, ["", ""], &rows);
    }
    // Without their full list, the few lines that sum it up stay in sight.
    if !group.items.is_empty() && group.items.len() < items.len() && group.items.len() <= LONG {
        put(page, format!("{headline}\n"));
        let brief: Vec<[String; 2]> = group.items.iter().map(row).collect();
        table(page, ["", ""], &brief);
        put(page, "");
        folded(page, "one by one", |page| table(page, ["", ""], &rows));
    } else {
        let summary = escaped(&group.headline);
        folded(page, &summary, |page| table(page, ["", ""], &rows));
    }
}

fn row(item: &Item) -> [String; 2] {
    let mut facts = match item.number {
        Some(number) => format!("**{number}**: {}", escaped(&item.facts)),
        None => escaped(&item.facts),
    };
    for (name, change) in &item.changes {
        let line = if facts.is_empty() { "" } else { "<br>" };
        let _ = write!(facts, "{line}{}: {}", escaped(name), escaped(change));
    }
    [escaped(&item.name), facts]
}

fn folded(page: &mut String, summary: &str, write: impl FnOnce(&mut String)) {
    put(page, format!("<details><summary>{summary}</summary>\n"));
    write(page);
    put(page, "\n</details>\n");
}

fn table<const N: usize>(page: &mut String, heads: [&str; N], rows: &[[String; N]]) {
    put(page, format!("| {} |", heads.join(" | ")));
    put(page, format!("|{}", " --- |".repeat(N)));
    for row in rows {
        put(page, format!("| {} |", row.join(" | ")));
    }
    put(page, "");
}

fn drifted(page: &mut String, title: &str, told: Vec<drift::Told>) {
    if !told.is_empty() {
        heading(page, title);
    }
    for told in told {
        put(page, escaped(&told.summary));
        put(page, "");
        let lines: Vec<String> = told
            .lines
            .iter()
            .map(|line| format!("- {}", escaped(line)))
            .collect();
        if lines.len() > LONG {
            folded(page, "one by one", |page| put(page, lines.join("\n")));
        } else {
            put(page, lines.join("\n"));
        }
    }
}

fn waiting(page: &mut String, plan: &Plan) {
    let waiting = outcome::waiting(plan);
    if waiting.is_empty() {
        return;
    }
    heading(page, "Waiting");
    for reason in waiting {
        let lines: Vec<String> = reason
            .lines(true)
            .iter()
            .map(|line| format!("- {}", escaped(line)))
            .collect();
        let headline = escaped(&reason.headline);
        if lines.len() > LONG {
            folded(page, &headline, |page| put(page, lines.join("\n")));
        } else {
            put(page, format!("{headline}:\n\n{}\n", lines.join("\n")));
        }
    }
}

fn told(page: &mut String, plan: &Plan) {
    let cannot: Vec<String> = outcome::not_possible(plan, true)
        .into_iter()
        .map(|(about, sentence)| format!("{about}: {sentence}"))
        .collect();
    bullets(page, "Not possible", &cannot);
    let rails = plan.guard_rails.iter();
    let rails: Vec<String> = rails.map(|rail| rail.sentence.clone()).collect();
    bullets(page, "Stopped by a guard rail", &rails);
    let notes: Vec<String> = plan
        .notes
        .iter()
        .map(|note| note.sentence.clone())
        .collect();
    bullets(page, "To know", &notes);
    let unseen = outcome::unseen(plan);
    bullets(page, "Not looked at", &unseen);
    if !unseen.is_empty() {
        put(page, format!("\n{}", outcome::ABOUT_UNSEEN));
    }
}

fn bullets(page: &mut String, title: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    heading(page, title);
    let lines: Vec<String> = sentences
        .iter()
        .map(|sentence| format!("- {}", escaped(sentence)))
        .collect();
    if lines.len() > LONG {
        let summary = format!("{} of them", lines.len());
        folded(page, &summary, |page| put(page, lines.join("\n")));
    } else {
        put(page, lines.join("\n"));
    }
}

/// Text that stays text: no markup, no cell border, no mention of anybody.
fn escaped(text: &str) -> String {
    let text = plain(text).replace(GLUE, " ");
    let text = text.trim();
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    for (place, letter) in text.chars().enumerate() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Behind a letter it is an address, elsewhere it would call somebody.
            '@' if !before.is_alphanumeric() => safe.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '$' => {
                safe.push('\\');
                safe.push(letter);
            }
            // At its beginning it would be a list.
            '+' | '-' if place == 0 => {
                safe.push('\\');
                safe.push(letter);
            }
            letter => safe.push(letter),
        }
        before = letter;
    }
    safe
}

/// A name in code, where nothing is markup.
fn code(name: &str) -> String {
    let name = plain(name).replace('`', "'").replace('|', "\\|");
    format!("`{name}`")
}
