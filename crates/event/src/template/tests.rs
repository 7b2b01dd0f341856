use insta::assert_snapshot;
use jiff::civil::date;
use proptest::prelude::*;
use rstest::rstest;

use super::engine::FILTERS;
use super::*;
use crate::filter::Filter;
use crate::model::{MeetingFact, MeetingKey, ScheduleFact};

fn context() -> Context {
    let day = Field::from(
        Fields::new()
            .with("id", "day-2")
            .with("title", "Day 2")
            .with("date", "2027-10-07")
            .with("weekday", "Thursday"),
    );
    let view = |key: &str| MeetingView {
        key: MeetingKey::new(key),
        title: "Team 1 - Day 2 - Breakout".to_owned(),
        start: date(2027, 10, 7)
            .at(10, 0, 0, 0)
            .in_tz("Europe/Brussels")
            .unwrap(),
        end: date(2027, 10, 7)
            .at(16, 30, 0, 0)
            .in_tz("Europe/Brussels")
            .unwrap(),
        day: day.clone(),
    };
    let links = Fields::open().with("board", "https://boards.example/team-1");
    let team = Fields::new()
        .with("id", "team-1")
        .with("title", "Team 1")
        .with("links", links);
    Context::new()
        .with("event", Fields::new().with("title", "Innovation Challenge"))
        .with("team", team)
        .with("day", day.clone())
        .with_meeting("breakout", view("breakout/team-1/day-2"))
        .with_meeting("check-out", view("check-out/pair-a"))
        .with_ambiguous("opening", "this room has four meetings of that name")
}

fn render(text: &str) -> Result<Text, TemplateError> {
    Template::parse(text)?.render(&context())
}

/// The same for a text that is sent later.
fn later(text: &str) -> Result<Text, TemplateError> {
    Template::parse(text)?.render(&context().times(Times::Open))
}

fn words(text: &str) -> String {
    Template::parse(text).unwrap().words(&context()).unwrap()
}

/// What it points at, what it says, what it advises.
fn mistake(text: &str) -> String {
    let error = match render(text) {
        Ok(rendered) => panic!("{text:?} became {rendered:?}"),
        Err(error) => error,
    };
    let at = text
        .get(error.offset.clone())
        .expect("a place inside of the text");
    format!(
        "{at:?} {} | {}",
        error.message,
        error.hint.unwrap_or_default().sentence
    )
}

#[test]
fn names_are_filled_in() {
    assert_eq!(
        words("{{ team.title }} - {{ day.title }} - Breakout"),
        "Team 1 - Day 2 - Breakout"
    );
    assert_eq!(
        words("no braces, { one } brace, 5 %"),
        "no braces, { one } brace, 5 %"
    );
    assert_eq!(
        words("{{ team.links.board }}"),
        "https://boards.example/team-1"
    );
    assert_eq!(
        words("{{ breakout.start }}-{{ breakout.end }} {{ breakout.day.weekday }}"),
        "10:00-16:30 Thursday"
    );
    assert_eq!(words("<b> & \"{{ team.title }}\""), "<b> & \"Team 1\"");
    assert_eq!(
        words("{# a remark #}{% raw %}{{ as it is }}{% endraw %}"),
        "{{ as it is }}"
    );
}

#[test]
fn facts_that_wait_for_webex_become_holes() {
    let text = render("Join: {{ breakout.join }} or {{ check_out.link }}{{ check_out.number }}.\n")
        .unwrap();
    let hole = |key: &str, fact| Part::Meeting {
        meeting: MeetingKey::new(key),
        fact,
    };
    let parts = [
        Part::Words("Join: ".to_owned()),
        hole("breakout/team-1/day-2", MeetingFact::Join),
        Part::Words(" or ".to_owned()),
        hole("check-out/pair-a", MeetingFact::Link),
        hole("check-out/pair-a", MeetingFact::Number),
        Part::Words(".".to_owned()),
    ];
    assert_eq!(text.parts(), parts);
}

#[test]
fn what_the_schedule_says_becomes_holes_that_keep_their_filters() {
    let text = later(
        "{{ breakout.start | replace(':', 'h') | upper }}, {{ 'on ' ~ check_out.day.weekday }}",
    );
    let hole = |key: &str, fact, filters| Part::Scheduled {
        meeting: MeetingKey::new(key),
        fact,
        filters,
    };
    let replace = Filter::Replace {
        from: ":".to_owned(),
        to: "h".to_owned(),
    };
    let parts = [
        hole(
            "breakout/team-1/day-2",
            ScheduleFact::Start,
            vec![replace, Filter::Upper],
        ),
        Part::Words(", on ".to_owned()),
        hole("check-out/pair-a", ScheduleFact::DayWeekday, Vec::new()),
    ];
    assert_eq!(text.unwrap().parts(), parts);
    // What is always there may be asked for.
    let text = later("{% if breakout.title %}{{ breakout.date | default('-') }}{% endif %}");
    let whole = [hole(
        "breakout/team-1/day-2",
        ScheduleFact::Date,
        Vec::new(),
    )];
    assert_eq!(text.unwrap().parts(), whole);
}

#[test]
fn no_filter_makes_one_hole_of_another() {
    // The number in the mark would be another meeting's.
    for text in [
        "{{ breakout.link }} {{ ('x' ~ check_out.link) | replace('1', '0') }}",
        "{{ breakout.link }} {{ check_out.link | replace('1', '0') }}",
        "{{ breakout.start }} {{ 'x' | replace('x', '' ~ check_out.start) | replace('1', '0') }}",
    ] {
        let error = later(text).unwrap_err();
        assert!(error.message.contains("filter"), "{}", error.message);
    }
}

#[test]
fn a_hole_may_be_joined_to_a_text_but_not_changed() {
    let text = render("{{ 'Password: ' ~ breakout.password }}").unwrap();
    assert_eq!(text.meetings().count(), 1);
    assert_snapshot!(mistake("Go: {{ breakout.link | upper }}"), @r#""breakout.link | upper" a meeting's link, password or number is not known yet: no filter can change it | write it alone, as in `{{ opening.join }}`"#);
    assert_snapshot!(mistake("{{ breakout.link | lower | title }}"), @r#""breakout.link | lower | title" a meeting's link, password or number is not known yet: no filter can change it | write it alone, as in `{{ opening.join }}`"#);
    assert_snapshot!(mistake("{{ (\"at \" ~ breakout.link)[:8] }}"), @r#""(\"at \" ~ breakout.link)[:8]" a meeting's link, password or number is not known yet: no filter can change it | write it alone, as in `{{ opening.join }}`"#);
    assert_snapshot!(mistake("{{ breakout.password[0] }}"), @r#""breakout.password[0]" a meeting's link, password or number is not known yet: no filter can change it | write it alone, as in `{{ opening.join }}`"#);
    assert_snapshot!(mistake("{{ breakout.link | replace(\"e\", \"3\") }}"), @r#""breakout.link | replace(\"e\", \"3\")" a meeting's link, password or number is not known yet: no filter can change it | write it alone, as in `{{ opening.join }}`"#);
    assert_snapshot!(mistake("{{ breakout.link * 2 }}"), @r#""{{ breakout.link * 2 }}" templates do not calculate | write the result"#);
}

#[test]
fn titles_cannot_wait_for_webex() {
    let template = Template::parse("See {{ breakout.link }}").unwrap();
    let error = template.words(&context()).unwrap_err();
    assert_eq!(error.offset, 4..23);
    assert_snapshot!(error.message, @"a meeting's link, password or number is not known yet here");
}

#[test]
fn conditions_ask_for_what_may_be_missing() {
    let ask =
        "{% if team.links.folder %}Folder: {{ team.links.folder }}{% else %}No folder.{% endif %}";
    assert_eq!(words(ask), "No folder.");
    assert_eq!(
        words(&ask.replace("folder", "board")),
        "Folder: https://boards.example/team-1"
    );
    assert_eq!(words("{{ team.links.folder | default('soon') }}"), "soon");
    assert_eq!(
        words("{% if team.links.folder is defined %}a{% endif %}b"),
        "b"
    );
    assert_eq!(
        words("{% if team.id == 'team-1' and day.id != 'day-1' %}yes{% endif %}"),
        "yes"
    );
}

#[test]
fn a_condition_on_its_own_line_leaves_no_empty_line() {
    let text = "One\n{% if team.id == 'team-1' %}\nTwo\n{% endif %}\nThree\n";
    assert_eq!(words(text), "One\nTwo\nThree");
}

#[rstest]
#[case("{{ team.title | upper }}", "TEAM 1")]
#[case("{{ team.title | lower }}", "team 1")]
#[case("{{ 'a word' | title }}", "A Word")]
#[case("{{ 'a WORD' | capitalize }}", "A word")]
#[case("{{ '  x ' | trim }}", "x")]
#[case("{{ team.title | replace('Team', 'Crew') }}", "Crew 1")]
#[case("{{ team.links.none | default('x') }}", "x")]
fn every_filter_does_what_the_list_says(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(words(text), expected);
    assert!(FILTERS.iter().any(|(name, _)| text.contains(name)));
}

#[test]
fn unknown_names_are_explained() {
    assert_snapshot!(mistake("Hello {{ team.tittle }}!"), @r#""tittle" `team` has no `tittle` | did you mean `title`? `team` has `id`, `links` and `title`"#);
    assert_snapshot!(mistake("Hello {{ taem.title }}!"), @r#""taem" `taem` is not known here | did you mean `team`? Known here: `day`, `event`, `team`, `breakout` and `check_out`"#);
    assert_snapshot!(mistake("{{ nobody }}"), @r#""nobody" `nobody` is not known here | Known here: `day`, `event`, `team`, `breakout` and `check_out`"#);
    assert_snapshot!(mistake("{{ team.links.bord }}"), @r#""bord" `team.links` has no `bord` | did you mean `board`? `team.links` has `board`. Where it may be missing, ask: `{% if team.links.bord %}`"#);
    assert_snapshot!(mistake("{{ breakout.lnk }}"), @r#""lnk" `breakout` has no `lnk` | did you mean `link`? A meeting has `join`, `link`, `password`, `number`, `title`, `start`, `end`, `day` and `date`"#);
    assert_snapshot!(mistake("{{ breakout.day.titel }}"), @r#""titel" `breakout.day` has no `titel` | did you mean `title`? `breakout.day` has `date`, `id`, `title` and `weekday`"#);
    assert_snapshot!(mistake("{{ check-out.join }}"), @r#""check-out.join" `check-out` is not known here | inside braces names are written with `_`: `check_out.join`, not `check-out.join`"#);
    assert_snapshot!(mistake("{{ breakout-2.join }}"), @r#""breakout-2.join" `breakout-2` is not known here | did you mean `breakout`? Known here: `day`, `event`, `team`, `breakout` and `check_out`"#);
    assert_snapshot!(mistake("{% if taem.title %}x{% endif %}"), @r#""taem" `taem` is not known here | did you mean `team`? Known here: `day`, `event`, `team`, `breakout` and `check_out`"#);
    assert_snapshot!(mistake("{% if team.tittle %}x{% endif %}"), @r#""tittle" `team` has no `tittle` | did you mean `title`? `team` has `id`, `links` and `title`"#);
    assert_snapshot!(mistake("{{ team.links.bord | default(team.tittle) }}"), @r#""tittle" `team` has no `tittle` | did you mean `title`? `team` has `id`, `links` and `title`"#);
    assert_snapshot!(mistake("{{ team.links.bord ~ \"see-you\" }}"), @r#""bord" `team.links` has no `bord` | did you mean `board`? `team.links` has `board`. Where it may be missing, ask: `{% if team.links.bord %}`"#);
    assert_snapshot!(mistake("{{ team.title.first }}"), @r#""first" `team.title` is a text: it has no `first` | leave `.first` out"#);
}

#[test]
fn what_is_not_a_text_is_explained() {
    assert_snapshot!(mistake("{{ team }}"), @r#""team" `team` is not a text | say which, as in `team.id`. It has `id`, `links` and `title`"#);
    assert_snapshot!(mistake("{{ breakout }}"), @r#""breakout" `breakout` is a meeting, not a text | `breakout.join` is its link and password together; it has `join`, `link`, `password`, `number`, `title`, `start`, `end`, `day` and `date`"#);
    assert_snapshot!(mistake("{{ team | upper }}"), @r#""team" `team` is not a text | say which field of it, as in `team.title`"#);
    assert_snapshot!(mistake("{{ 'x' ~ breakout }}"), @r#""breakout" `breakout` is not a text | say which field of it, as in `breakout.title`"#);
    assert_snapshot!(mistake("{{ opening.join }}"), @r#""opening" `opening` cannot be used here: this room has four meetings of that name | write it only where it means exactly one thing: leave it out, or send this text elsewhere"#);
    assert_snapshot!(mistake("{% if opening %}{{ opening.join }}{% endif %}"), @r#""opening" `opening` cannot be used here: this room has four meetings of that name | write it only where it means exactly one thing: leave it out, or send this text elsewhere"#);
}

#[test]
fn unreadable_templates_are_explained() {
    assert_snapshot!(mistake("Hello {{ team.title }!"), @r#""{{ team.title }!" `{{` is never closed | write `}}` where it ends"#);
    assert_snapshot!(mistake("Hello {{ team.title\nand {{ day.title }}"), @r#""{{ team.title" `{{` is never closed | write `}}` where it ends"#);
    assert_snapshot!(mistake("{{ }}"), @r#""{{ }}" there is nothing between these braces | name something, as in `{{ team.title }}`"#);
    assert_snapshot!(mistake("{{ team title }}"), @r#""{{ team title }}" `team title` cannot be read | a name has no spaces: `{{ team.title }}`"#);
    assert_snapshot!(mistake("{{ “team” }}"), @r#""{{ “team” }}" `“team”` cannot be read | write straight quotation marks in place of “"#);
    assert_snapshot!(mistake("{{{ team.title }}}"), @r#""{{{ team.title }}" `{ team.title` cannot be read | there is a brace too many"#);
    assert_snapshot!(mistake("{{ team.title | uper }}"), @r#""uper" there is no filter `uper` | did you mean `upper`? There is `capitalize`, `default`, `lower`, `replace`, `title`, `trim` and `upper`"#);
    assert_snapshot!(mistake("{{ team.title | }}"), @r#""{{ team.title | }}" `team.title |` cannot be read | a template names something, as in `{{ team.title }}`"#);
    assert_snapshot!(mistake("{{ range(9) }}"), @r#""range(9)" there is no function `range` | templates have no functions"#);
    assert_snapshot!(mistake("{{ team.title.upper() }}"), @r#""upper" there is no function `upper` | templates have no functions"#);
    assert_snapshot!(mistake("{% if team.title is odd %}{% endif %}"), @r#""odd" there is no test `odd` | there is `defined`"#);
    assert_snapshot!(mistake("{% if team.title %}never closed"), @r#""{% if team.title %}" this `{% if … %}` is never closed | write `{% endif %}` where it ends"#);
    assert_snapshot!(mistake("{% endif %}"), @r#""{% endif %}" `{% endif %}` without an `{% if … %}` before it | take it out, or write the `{% if … %}`"#);
    assert_snapshot!(mistake("{% else %}"), @r#""{% else %}" `{% else %}` without an `{% if … %}` before it | take it out, or write the `{% if … %}`"#);
    assert_snapshot!(mistake("{% raw %}never closed"), @r#""{% raw %}" `{% raw %}` is never closed | write `{% endraw %}` where it ends"#);
    assert_snapshot!(mistake("{% endraw %}"), @r#""{% endraw %}" `{% endraw %}` without a `{% raw %}` before it | take it out"#);
    assert_snapshot!(mistake("{# never closed"), @r#""{# never closed" `{#` is never closed | write `#}` where it ends"#);
    assert_snapshot!(mistake("{% %}"), @r#""{% %}" templates have no `{% %}` | there is `{% if … %}`, `{% elif … %}`, `{% else %}`, `{% endif %}` and `{% raw %}`"#);
    assert_snapshot!(mistake("{% if %}x{% endif %}"), @r#""{% if %}" `if` cannot be read | a condition asks for something, as in `{% if team.links.board %}`"#);
}

#[rstest]
#[case("{% for x in [1, 2] %}x{% endfor %}")]
#[case("{% include 'people.csv' %}")]
#[case("{% import 'x' as x %}")]
#[case("{% extends 'x' %}")]
#[case("{% macro f() %}{% endmacro %}")]
#[case("{% set x = 1 %}")]
#[case("{%- filter upper -%}x{% endfilter %}")]
#[case("{% do f() %}")]
#[case("{% with x = 1 %}{% endwith %}")]
#[case("{% autoescape true %}{% endautoescape %}")]
#[case("{% block x %}{% endblock %}")]
#[case("{% call f() %}{% endcall %}")]
fn statements_that_a_message_does_not_need_are_refused(#[case] text: &str) {
    assert!(
        mistake(text).contains("templates have no"),
        "{}",
        mistake(text)
    );
}

#[rstest]
#[case::repeat("{{ 'x' * 100000000 }}")]
#[case::nested_repeat("{{ ('x' * 60000) * 60000 }}")]
#[case::replaced(&format!("{{{{ '{0}' | replace('x', '{0}') }}}}", "x".repeat(9_999)))]
#[case::replaced_nothing(&format!("{{{{ '{0}' | replace('', '{0}') }}}}", "x".repeat(9_999)))]
#[case::many_times(&"{{ 'oooooooooo' | replace('o', event.title) }}".repeat(680))]
#[case::joined(&format!("{{{{ '{0}' ~ '{0}' | replace('x', '{0}') }}}}", "x".repeat(9_999)))]
#[case::lists("{{ [1] * 100000000 }}")]
#[case::powers("{{ 9 ** 9 ** 9 ** 9 }}")]
fn what_would_grow_without_end_is_stopped(#[case] text: &str) {
    let said = mistake(text);
    assert!(said.contains("KB") || said.contains("calculate"), "{said}");
}

#[test]
fn texts_that_are_too_long_are_refused() {
    assert!(Template::parse(&"x".repeat(LONGEST_TEMPLATE)).is_ok());
    assert!(Template::parse(&"x".repeat(LONGEST_TEMPLATE + 1)).is_err());
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert!(Template::parse(&deep).is_err());
}

#[test]
fn our_own_marks_cannot_be_forged() {
    assert_snapshot!(mistake("Hi \u{10FFFC}hOLe-0L-eLoH\u{10FFFD}").replace('\u{10FFFC}', "MARK"), @r#""\u{10fffc}" this character cannot be used | it is one that Showcaller keeps for itself; no font shows it"#);
}

#[test]
fn fields_with_a_dash_are_named_with_an_underscore() {
    let context = Context::new().with("links", Fields::open().with("my-board", "here"));
    let template = Template::parse("{{ links.my_board }}").unwrap();
    assert_eq!(template.words(&context).unwrap(), "here");
}

proptest! {
    #[test]
    fn any_text_is_read_or_explained_and_places_are_inside(text in "[a-z{}%# |.'\"\n\\-_é]{0,60}") {
        if let Err(error) = render(&text) {
            prop_assert!(text.get(error.offset.clone()).is_some(), "{error:?}");
        }
    }

    #[test]
    fn a_text_without_braces_stays_as_it_is(text in "[^{}\n\r\u{10FFFC}\u{10FFFD}]{0,60}") {
        prop_assert_eq!(words(&text), text);
    }

    #[test]
    fn any_expression_gives_words_and_whole_holes_or_is_explained(
        path in prop::sample::select(vec![
            "team.title", "breakout.link", "breakout.join", "check_out.password", "team.links.board",
        ]),
        chain in prop::collection::vec(
            prop::sample::select(vec![
                " | upper", " | lower", " | title", " | capitalize", " | trim", "[1:]", "[:3]",
                " | replace('o', '0')", " | replace('1', '2')", " ~ 'x'", " | default('y')",
            ]),
            0..4,
        ),
    ) {
        let text = format!("a {{{{ ({path}){} }}}} b", chain.concat());
        match render(&text) {
            Ok(rendered) => for part in rendered.parts() {
                if let Part::Words(words) = part {
                    prop_assert!(!words.contains(reserved));
                }
            },
            Err(error) => prop_assert!(text.get(error.offset.clone()).is_some()),
        }
    }
}
