//! The reference event as it was applied, and its remote control.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::cues::{Show, ShowWatch};
use showcaller_engine::hooks::HookState;
use showcaller_engine::{Assignment, Engine, NoProgress, Stop, ThisProcess};
use showcaller_event::{Event, Input, check};
use showcaller_ledger::{Ledger, LedgerUrl, NewControlToken, Source};
use showcaller_plan::Wishes;
use showcaller_rehearsal::{InProcess, accounts, connect, setup_time};
use showcaller_secret::Secret;
use showcaller_server::{Control, Counters, Scope, control, new_token, token_hash};
use showcaller_simulator::{Config, Simulator};
use showcaller_webex::Transport;
use tokio::sync::watch;
use tower::ServiceExt as _;

const YAML: &str = include_str!("../../../../../examples/innovation-challenge/event.yaml");
const PEOPLE: &str = include_str!("../../../../../examples/innovation-challenge/people.csv");

pub(crate) struct Stage {
    pub(crate) clock: VirtualClock,
    pub(crate) ledger: Ledger,
    pub(crate) engine: Engine,
    pub(crate) stop: Stop,
    pub(crate) router: Router,
    /// The document that the control router serves.
    pub(crate) document: Value,
}

/// An answer that was held against the document.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Stage {
    /// Seven in the morning of the first day.
    pub(crate) async fn new() -> Self {
        let load = |_: &str| Ok(PEOPLE.as_bytes().to_vec());
        let input = Input {
            name: "event.yaml",
            bytes: YAML.as_bytes(),
            load: &load,
            now: None,
        };
        let event = check(&input).event.expect("an example");
        let clock = VirtualClock::starting_at(setup_time(&event));
        let simulator = Simulator::new(Config {
            clock: Arc::new(clock.clone()),
            accounts: accounts(&event),
            ..Config::default()
        });
        let simulator = simulator.expect("a simulator");
        let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
        let ledger = ledger.on_clock(Arc::new(clock.clone()));
        let shared: SharedClock = Arc::new(clock.clone());
        let transport: Arc<dyn Transport> = Arc::new(InProcess::to(&simulator));
        let connections = connect(&event, &simulator, &transport, &shared).expect("tokens");
        let process = ThisProcess::without_origin("ann@laptop pid 7");
        let engine = Engine::new(connections, ledger.clone(), Arc::clone(&shared), process);
        clock.run(Box::pin(apply(&engine, &event))).await;
        clock.advance_to("2027-10-06T07:00:00+02:00".parse().expect("a time"));
        let stop = Stop::default();
        let router = control(Control {
            began: clock.now(),
            clock: shared,
            ledger: ledger.clone(),
            connections: engine.connections().clone(),
            hooks: watch::channel(HookState::Registered).1,
            answering: watch::channel(true).1,
            presence: Arc::new(engine.presence().await.expect("a ledger")),
            counters: Arc::<Counters>::default(),
            process: engine.process().clone(),
            show: Arc::new(ShowWatch::new(ledger.clone())),
            stop: stop.clone(),
        });
        let mut stage = Self {
            clock,
            ledger,
            engine,
            stop,
            router,
            document: Value::Null,
        };
        let document = stage
            .sends(request("GET", "/control/openapi.json", None))
            .await;
        assert_eq!(document.status(), 200);
        stage.document = json_of(document).await;
        stage
    }

    pub(crate) fn is(&self, time: &str) {
        let time: Timestamp = time.parse().expect("a time");
        self.clock.advance_to(time);
    }

    /// A token for this, until the end of the event.
    pub(crate) async fn token(&self, name: &str, scope: Scope) -> Secret {
        self.token_until(name, scope, "2027-10-10T00:00:00Z").await
    }

    pub(crate) async fn token_until(&self, name: &str, scope: Scope, until: &str) -> Secret {
        let token = new_token();
        let new = NewControlToken {
            name: name.to_owned(),
            scope: scope.to_string(),
            hash: token_hash(&token),
            expires_at: Some(until.parse().expect("a time")),
        };
        let added = self.ledger.add_control_token(&new, self.clock.now()).await;
        added.expect("a ledger");
        token
    }

    pub(crate) async fn sends(&self, request: Request<Body>) -> Response<Body> {
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }

    /// What is answered; it must be as the document says.
    pub(crate) async fn asks(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.sends(request).await;
        let status = response.status().as_u16();
        let content_type = response.headers()["content-type"].clone();
        let body = json_of(response).await;
        let operation = self.operation(method.as_str(), &path);
        let content_type = content_type.to_str().expect("a type");
        let schema = &operation["responses"][status.to_string()]["content"][content_type]["schema"];
        self.is_valid(schema, &body);
        Answer { status, body }
    }

    /// Asks with a token, and perhaps an idempotency key.
    pub(crate) async fn calls(&self, method: &str, path: &str, token: &Secret) -> Answer {
        self.asks(request(method, path, Some(token))).await
    }

    /// What the document says of a request.
    fn operation(&self, method: &str, path: &str) -> &Value {
        let parts: Vec<&str> = path.split('/').collect();
        let mut paths: Vec<(&String, &Value)> = self.document["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(template, _)| {
                let template: Vec<&str> = template.split('/').collect();
                let fits = |(one, other): (&&str, &&str)| one == other || one.starts_with('{');
                template.len() == parts.len() && template.iter().zip(&parts).all(fits)
            })
            .collect();
        // A path that is written out goes before one with a variable, as OpenAPI has it.
        paths.sort_by_key(|(template, _)| template.matches('{').count());
        let (template, operations) = paths.first().expect("a path of the document");
        let operation = &operations[method.to_lowercase()];
        assert!(operation.is_object(), "{method} {template}");
        operation
    }

    /// Holds a body against a schema of the document.
    pub(crate) fn is_valid(&self, schema: &Value, body: &Value) {
        assert!(schema.is_object(), "no schema for {body:#}");
        let mut schema = schema.clone();
        schema["components"] = self.document["components"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let errors: Vec<String> = validator
            .iter_errors(body)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{body:#}");
    }

    /// Holds a body against a schema by its name.
    pub(crate) fn is_a(&self, schema: &str, body: &Value) {
        let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
        self.is_valid(&reference, body);
    }

    pub(crate) async fn show(&self) -> Show {
        self.engine.show().await.expect("a ledger")
    }

    /// The show log: what, and by whom.
    pub(crate) async fn log(&self) -> Vec<String> {
        let show = self.show().await;
        let log = show.log.iter();
        log.map(|it| format!("{:?} by {} {:?}", it.entry, it.by.name, it.by.via))
            .collect()
    }
}

async fn apply(engine: &Engine, event: &Event) {
    let wishes = Wishes::default();
    let outlook = engine.look_settled(event, &wishes, &NoProgress).await;
    let source = |path: &str, content: &str| Source {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    let assignment = Assignment {
        event,
        sources: vec![source("event.yaml", YAML), source("people.csv", PEOPLE)],
        digest: "1".to_owned(),
    };
    let outlook = outlook.expect("a look");
    let stop = Stop::default();
    let report = engine.apply(&assignment, outlook, &NoProgress, &stop);
    assert!(report.await.expect("a run").is_complete());
}

pub(crate) fn request(method: &str, path: &str, token: Option<&Secret>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost:9090");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {}", token.expose()));
    }
    request.body(Body::empty()).expect("a request")
}

async fn json_of(response: Response<Body>) -> Value {
    let body = to_bytes(response.into_body(), 1_000_000).await;
    serde_json::from_slice(&body.expect("a body")).expect("JSON")
}
