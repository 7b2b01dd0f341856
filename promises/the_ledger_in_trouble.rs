//! Promise 2, when it is the ledger that fails: lost, restored from an older backup, full,
//! read-only or out of reach in the middle of a run. Nothing comes twice, nothing is lost, and
//! nothing is sent that could not be written down before.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use jiff::SignedDuration;
use showcaller_engine::{
    Assignment, Error, NoProgress, Report, Restoration, Stop, ThisProcess, restore,
};
use showcaller_event::Event;
use showcaller_ledger::{Error as LedgerError, Existing, Ledger, LedgerUrl, OperationKind};
use showcaller_webex::{Transport, TransportError};
use tokio::sync::{Mutex, Notify};

use crate::files::{Files, fair};
use crate::postgres::{Line, Schema};
use crate::processes;
use crate::shape;
use crate::stage::{Stage, every_flag};
use crate::world::World;

/// The same event after it was renamed, moved, added to and taken from.
fn changed() -> Files {
    fair()
        .edited("title: Crew,", "title: The crew,")
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
        .edited("  market:\n", "  bazaar:\n")
        .edited("boards.example.com/red", "boards.example.com/scarlet")
        .people_edited("Ria Long,red,participant", "Ria Long,red,coach")
        .people_edited("Cyril Blue,blue,coach", "Cyril Blue,,jury")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "")
}

/// One run, which may end early.
async fn run(stage: &Stage, event: &Event, process: &ThisProcess) -> Result<Report, Error> {
    let assignment = Assignment {
        event,
        sources: Vec::new(),
        digest: format!("{event:?}").len().to_string(),
    };
    let engine = stage.engine_of(event, process);
    let outlook = engine
        .look_settled(event, &every_flag(), &NoProgress)
        .await?;
    let stop = Stop::default();
    engine.apply(&assignment, outlook, &NoProgress, &stop).await
}

/// Runs to the end, and sees that the world is as the event says, each thing once.
async fn comes_right(stage: &Stage, event: &Event) {
    later(stage);
    let report = run(stage, event, &stage.process).await.expect("a run");
    assert!(report.is_complete(), "{report:#?}");
    let differences = World::new(stage.simulator.world()).differences(event);
    assert_eq!(differences, Vec::<String>::new());
    later(stage);
    let plan = stage.full_plan(event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let open = stage.open_operations().await;
    assert!(open.is_empty(), "{open:#?}");
}

/// A minute passes: whatever was made is visible.
fn later(stage: &Stage) {
    let settled = stage.now() + SignedDuration::from_secs(61);
    stage.clock.advance_to(settled);
}

/// A wire that stops a writing call until somebody has done something to the ledger. Whatever else
/// was to be sent in the meantime waits, too.
struct Moment {
    inner: Arc<dyn Transport>,
    at: usize,
    written: AtomicUsize,
    come: Notify,
    gone: Mutex<bool>,
    over: Notify,
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moment")
    }
}

impl Moment {
    /// Before the `at`-th writing call arrives.
    fn before(inner: &Arc<dyn Transport>, at: usize) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::clone(inner),
            at,
            written: AtomicUsize::new(0),
            come: Notify::new(),
            gone: Mutex::new(false),
            over: Notify::new(),
        })
    }

    /// Returns when the moment has come.
    async fn comes(&self) {
        self.come.notified().await;
    }

    /// Lets everything go on.
    async fn goes(&self) {
        *self.gone.lock().await = true;
        self.over.notify_waiters();
    }

    fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    async fn wait(&self) {
        loop {
            let over = self.over.notified();
            if *self.gone.lock().await {
                return;
            }
            over.await;
        }
    }
}

#[async_trait]
impl Transport for Moment {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.method() != Method::GET {
            let number = self.written.fetch_add(1, Ordering::SeqCst);
            if number == self.at {
                self.come.notify_one();
            }
            if number >= self.at {
                self.wait().await;
            }
        }
        self.inner.send(request).await
    }
}

/// What happened to a run in the middle of which the ledger failed.
struct Ended {
    report: Report,
    /// Writing calls that were sent, those included that were under way when the ledger failed.
    sent: usize,
}

/// Runs, and does something to the ledger in the middle.
async fn run_while(
    stage: &mut Stage,
    event: &Event,
    at: usize,
    trouble: impl Future<Output = ()>,
) -> Ended {
    let clean = Arc::clone(&stage.transport);
    let moment = Moment::before(&clean, at);
    stage.transport = moment.clone();
    let meanwhile = async {
        moment.comes().await;
        trouble.await;
        moment.goes().await;
    };
    // The process ends afterwards, as a command does.
    let dead = processes::dead();
    let (report, ()) = tokio::join!(run(stage, event, &dead), meanwhile);
    stage.transport = clean;
    Ended {
        report: report.expect("the run had begun"),
        sent: moment.written(),
    }
}

impl Ended {
    /// Nothing was sent that is not in the ledger, and all that was not tried is named.
    async fn sent_nothing_more(&self, ledger: &Ledger, event: &Event, at: usize) {
        let lanes = 1 + event.webex.hosts.len();
        let under_way = showcaller_engine::Engine::IN_FLIGHT * lanes;
        assert!(self.sent <= at + under_way, "{} were sent", self.sent);
        assert!(!self.report.is_complete());
        let counts = ledger
            .operation_counts(OperationKind::Provision, None)
            .await
            .expect("a ledger");
        let known = counts.done + counts.sending + counts.unclear + counts.failed;
        assert!(known >= self.sent as u64, "{counts:?} of {}", self.sent);
        let stopped = self.report.undone.len();
        assert!(
            stopped > 0,
            "what was not tried is told: {:#?}",
            self.report
        );
    }

    fn ledger_error(&self) -> &LedgerError {
        match &self.report.trouble {
            Some(Error::Ledger(error)) => error,
            other => panic!("it is the ledger's trouble: {other:?}"),
        }
    }
}

/// What an undisturbed run makes.
async fn undisturbed(event: &Event) -> Vec<String> {
    let stage = Stage::before(event).await;
    run(&stage, event, &stage.process).await.expect("a run");
    shape::of(&stage.simulator)
}

async fn in_memory() -> Ledger {
    Ledger::open(&LedgerUrl::memory()).await.expect("a ledger")
}

#[tokio::test]
async fn lost_after_a_whole_run_everything_is_found_again() {
    let event = fair().event();
    let mut stage = Stage::before(&event).await;
    run(&stage, &event, &stage.process).await.expect("a run");
    let before = shape::of(&stage.simulator);
    stage.ledger = in_memory().await;
    comes_right(&stage, &event).await;
    assert_eq!(shape::of(&stage.simulator), before);
}

#[tokio::test]
async fn lost_after_half_a_run_the_other_half_is_done() {
    let event = fair().event();
    let right = undisturbed(&event).await;
    for at in [3, 20, 45] {
        let mut stage = Stage::before(&event).await;
        let ledger = stage.ledger.clone();
        // Closed is as good as gone: nothing is written any more.
        let ended = run_while(&mut stage, &event, at, ledger.close()).await;
        assert!(!ended.report.is_complete());
        stage.ledger = in_memory().await;
        comes_right(&stage, &event).await;
        assert_eq!(shape::of(&stage.simulator), right, "lost at {at}");
    }
}

#[tokio::test]
async fn restored_from_a_backup_that_a_later_run_outdated() {
    let (before, after) = (fair().event(), changed().event());
    let stage = Stage::before(&before).await;
    run(&stage, &before, &stage.process).await.expect("a run");
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup");
    stage
        .ledger
        .backup(&backup, Existing::Refuse)
        .await
        .expect("a backup");

    later(&stage);
    run(&stage, &after, &stage.process).await.expect("a run");
    let right = shape::of(&stage.simulator);
    let restoration = Restoration {
        backup: &backup,
        before: Some(&folder.path().join("before")),
        process: &stage.process,
        whatever_it_is_bound_to: false,
    };
    // At once, while what was made a moment ago might not be visible yet; and a day later.
    for days in [0, 1] {
        let day = stage.now() + SignedDuration::from_hours(24 * days);
        stage.clock.advance_to(day);
        let file = folder.path().join(format!("before-{days}"));
        let restoration = Restoration {
            before: Some(&file),
            ..restoration
        };
        let clock: showcaller_clock::SharedClock = Arc::new(stage.clock.clone());
        restore(&stage.ledger, &restoration, &clock)
            .await
            .expect("a restore");
        comes_right(&stage, &after).await;
        assert_eq!(shape::of(&stage.simulator), right);
    }
}

#[tokio::test]
async fn full_in_the_middle_of_a_run() {
    let event = fair().event();
    let right = undisturbed(&event).await;
    for at in [2, 30] {
        let folder = tempfile::tempdir().expect("a folder");
        let url = LedgerUrl::file(folder.path().join("event.ledger"));
        let mut stage = Stage::before(&event).await;
        stage.ledger = Ledger::open(&url).await.expect("a file");
        let ledger = stage.ledger.clone();
        let full = async {
            ledger.allow_no_more_pages().await.expect("a setting");
        };
        let ended = run_while(&mut stage, &event, at, full).await;
        let error = ended.ledger_error();
        assert!(matches!(error, LedgerError::Full(_)), "{error:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"there is no room left for the ledger");
            insta::assert_snapshot!(error.hint().expect("a hint"), @"make room on the disk and run the same command again");
        }
        ledger.allow_more_pages().await.expect("a setting");
        let counts = ledger
            .operation_counts(OperationKind::Provision, None)
            .await
            .expect("a ledger");
        let known = counts.done + counts.sending + counts.unclear + counts.failed;
        assert!(known >= ended.sent as u64, "{counts:?} of {}", ended.sent);
        comes_right(&stage, &event).await;
        assert_eq!(shape::of(&stage.simulator), right);
    }
}

#[tokio::test]
async fn read_only_in_the_middle_of_a_run() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let event = fair().event();
    let mut stage = Stage::before(&event).await;
    stage.ledger = Ledger::open(&schema.url()).await.expect("a server");
    let ended = run_while(&mut stage, &event, 30, schema.becomes_read_only()).await;
    let error = ended.ledger_error();
    assert!(matches!(error, LedgerError::Standby(_)), "{error:?}");
    ended.sent_nothing_more(&stage.ledger, &event, 30).await;
    schema.becomes_writable().await;
    comes_right(&stage, &event).await;
    assert_eq!(shape::of(&stage.simulator), undisturbed(&event).await);
    stage.ledger.clone().close().await;
    schema.drop().await;
}

#[tokio::test]
async fn out_of_reach_in_the_middle_of_a_run() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let event = fair().event();
    let mut line = Line::to(&schema).await;
    let mut stage = Stage::before(&event).await;
    stage.ledger = Ledger::open(&line.url(&schema)).await.expect("a server");
    let ended = run_while(&mut stage, &event, 30, line.cut()).await;
    let error = ended.ledger_error();
    assert!(
        matches!(
            error,
            LedgerError::OutOfReach(_) | LedgerError::CommitUnclear(_)
        ),
        "{error:?}"
    );
    line.mend().await;
    // The same handle works again, and so does one that is opened now.
    ended.sent_nothing_more(&stage.ledger, &event, 30).await;
    comes_right(&stage, &event).await;
    assert_eq!(shape::of(&stage.simulator), undisturbed(&event).await);
    stage.ledger.clone().close().await;
    schema.drop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn gone_in_the_middle_of_a_run() {
    use std::fs::{File, remove_file, rename};
    use std::path::Path;
    let event = fair().event();
    let right = undisturbed(&event).await;
    let mishaps: [fn(&Path); 4] = [
        |file| remove_file(file).expect("it is there"),
        |file| rename(file, file.with_extension("old")).expect("it is there"),
        |file| drop(File::create(file).expect("it is there")),
        |file| {
            use std::io::Write as _;
            let mut file = File::options().write(true).open(file).expect("it is there");
            file.write_all(&[0x5a; 1 << 20]).expect("room");
        },
    ];
    for mishap in mishaps {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("event.ledger");
        let url = LedgerUrl::file(&file);
        let mut stage = Stage::before(&event).await;
        stage.ledger = Ledger::open(&url).await.expect("a file");
        let ended = run_while(&mut stage, &event, 20, async { mishap(&file) }).await;
        let error = ended.ledger_error();
        assert!(
            matches!(
                error,
                LedgerError::NotInPlace { .. }
                    | LedgerError::Damaged { .. }
                    | LedgerError::NotALedger { .. }
            ),
            "{error:?}"
        );
        assert!(!ended.report.is_complete());
        stage.ledger = in_memory().await;
        comes_right(&stage, &event).await;
        assert_eq!(shape::of(&stage.simulator), right);
    }
}
