//! What was heard of meetings stays, in whatever order it is heard.

use showcaller_ledger::MeetingInstance;

use crate::fixtures::{at, on_each};

fn ran(id: &str, from: i64, until: Option<i64>) -> MeetingInstance {
    MeetingInstance {
        id: id.into(),
        series: "870f".into(),
        started_at: at(from),
        ended_at: until.map(at),
    }
}

#[tokio::test]
async fn the_earlier_start_and_the_later_word_on_the_end_count() {
    on_each(|ledger| async move {
        let heard = [
            ran("a", 10, None),
            ran("b", 30, Some(40)),
            // An end without its start, then the start; and both once more.
            ran("b", 20, None),
            ran("a", 12, Some(19)),
            ran("a", 10, Some(18)),
            ran("a", 10, None),
            ran("c", 50, None),
        ];
        for instance in &heard {
            ledger.note_instance(instance).await.unwrap();
        }
        let known = [
            ran("a", 10, Some(18)),
            ran("b", 20, Some(40)),
            ran("c", 50, None),
        ];
        assert_eq!(ledger.instances(at(0)).await.unwrap(), known);
        assert_eq!(ledger.instances(at(19)).await.unwrap(), known[1..]);
        assert_eq!(ledger.instances(at(60)).await.unwrap(), known[2..]);
        let day = 24 * 60 * 60;
        let runs = ledger.instances(at(50 + day)).await.unwrap();
        assert_eq!(runs, known[2..]);
        assert_eq!(ledger.instances(at(51 + day)).await.unwrap(), []);
    })
    .await;
}
