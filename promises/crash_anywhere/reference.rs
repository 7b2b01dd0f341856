//! The reference event, and the same after a bit of everything in it has changed.

use crate::files::Files;

/// As it is made first: that of the examples, with a tab more, and a second host for one meeting
/// later. Who hosts is written down, because a run that goes on after a death shares what is left
/// by the quotas that are left.
pub(crate) fn made() -> Files {
    Files::of_example("innovation-challenge")
        .edited(
            "    events@example.com: { parallel: 7 }\n",
            "    events@example.com: { parallel: 7 }\n    spare@example.com: { parallel: 1 }\n",
        )
        .edited(
            "    auto-record: false\n",
            "    auto-record: false\n    host: events@example.com\n",
        )
        .edited(
            "  coaches: { title: Coaches, members: [coach], moderators: [organiser] }\n",
            "  coaches:\n    title: Coaches\n    members: [coach]\n    moderators: [organiser]\n    \
             tabs: { Guide: \"https://boards.example.com/guide\" }\n",
        )
}

/// Rooms are renamed and one is archived, people move, come and go, coaches swap teams, meetings
/// move, come and go, one gets another host and so a new link, co-hosts change, and so do tabs.
pub(crate) fn changed() -> Files {
    made()
        .edited("title: Logistic Issues", "title: Logistics desk")
        .edited("jury: { title: Jury,", "jury: { title: The jury,")
        .edited(
            "  test-room: { title: Test room, members: [mc], moderators: [organiser] }\n",
            "",
        )
        .edited("boards.example.com/team-3", "canvas.example.com/team-3")
        .edited(
            "    tabs: { Guide: \"https://boards.example.com/guide\" }\n",
            "    tabs: { Pitches: \"{{ learn_to_pitch.link }}\" }\n",
        )
        .edited("time: \"13:15-14:00\"", "time: \"13:20-14:10\"")
        .edited(
            "  jury-briefing: { day: day-2, title: Jury briefing, time: \"14:30-15:15\", rooms: [jury] }\n",
            "  jury-lunch: { day: day-2, title: Jury lunch, time: \"12:30-13:00\", rooms: [jury] }\n",
        )
        .edited(
            "time: \"15:20-16:20\", rooms: [jury] }",
            "time: \"15:20-16:20\", rooms: [jury], host: spare@example.com }",
        )
        .people_edited("Lars Jørgensen,team-1", "Lars Jørgensen,team-2")
        .people_edited("Chiamaka Okafor,team-2", "Chiamaka Okafor,team-1")
        .people_edited("Noor Haddad,team-1", "Noor Haddad,team-2")
        .people_edited("Joris Maes,,organiser", "Joris Maes,,mc")
        .people_edited("henrik.dahl@example.com,Henrik Dahl,,jury,nb,\n", "")
        .people_edited(
            "noor.haddad@example.com",
            "nadia.new@example.com,Nadia New,,jury,,\nnoor.haddad@example.com",
        )
        .people_edited(
            "rania.mansour@example.com,Rania Mansour,team-6,participant,,\n",
            "",
        )
}
