//! Who was in a meeting stays, in whatever order it is heard.

use showcaller_ledger::{Attendance, AttendanceWord};

use crate::fixtures::{at, on_each};

/// From second to second, without an address.
fn was(id: &str, from: i64, until: Option<i64>) -> Attendance {
    Attendance {
        id: id.into(),
        instance: "870f_I_1".into(),
        series: "870f".into(),
        email: None,
        joined_at: at(from),
        left_at: until.map(at),
        seen_late: false,
    }
}

fn as_ann(attendance: Attendance) -> Attendance {
    Attendance {
        email: Some("ann@example.com".into()),
        ..attendance
    }
}

#[tokio::test]
async fn the_earlier_join_and_the_later_word_count_and_an_address_stays() {
    on_each(|ledger| async move {
        let late = Attendance {
            seen_late: true,
            ..was("b", 30, None)
        };
        let heard = [
            was("a", 10, None),
            as_ann(was("a", 20, Some(40))),
            was("a", 50, None),
            was("b", 35, None),
            late.clone(),
        ];
        let note = ledger.note_attendance(&heard, AttendanceWord::Adds);
        note.await.unwrap();
        let known = [as_ann(was("a", 10, None)), late];
        assert_eq!(ledger.attendance(at(0)).await.unwrap(), known);
        assert_eq!(ledger.attendance(at(11)).await.unwrap(), known[1..]);
        let list = [was("a", 12, Some(60)), as_ann(was("b", 20, Some(59)))];
        let note = ledger.note_attendance(&list, AttendanceWord::Final);
        note.await.unwrap();
        let known = [as_ann(list[0].clone()), list[1].clone()];
        assert_eq!(ledger.attendance(at(0)).await.unwrap(), known);
    })
    .await;
}
