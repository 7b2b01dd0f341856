//! The real Webex.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use showcaller_clock::SharedClock;
use showcaller_engine::Connections;
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_secret::Secret;
use showcaller_webex::{HttpTransport, Settings, Transport, Webex, travels_in_the_clear};
use url::Url;

use crate::environment;
use crate::exit::{Failure, Result};

/// A client for the bot and for each host whose token is set.
pub(super) fn connections(event: &Event, clock: &SharedClock) -> Result<Connections> {
    let connect = Connect::new(clock)?;
    let Some(token) = environment::get(environment::BOT_TOKEN) else {
        return Err(Failure::usage(format!("{} is not set", environment::BOT_TOKEN)).hint(
            "docs/operating.md tells how to get a token; without one, try --simulate, which needs none",
        ));
    };
    let bot = connect.client("bot", token)?;
    let mut hosts = BTreeMap::new();
    for host in &event.webex.hosts {
        let own = environment::get(&environment::host_token(host.email.as_str()));
        let shared = || {
            let only = event.webex.hosts.len() == 1;
            environment::get(environment::HOST_TOKEN).filter(|_| only)
        };
        if let Some(token) = own.or_else(shared) {
            hosts.insert(
                host.email.clone(),
                connect.client(host.email.as_str(), token)?,
            );
        }
    }
    Ok(Connections { bot, hosts })
}

/// A client for each of these hosts whose own token is set.
pub(super) fn hosts(
    hosts: &BTreeSet<Email>,
    clock: &SharedClock,
) -> Result<BTreeMap<Email, Webex>> {
    let connect = Connect::new(clock)?;
    let mut clients = BTreeMap::new();
    for host in hosts {
        if let Some(token) = environment::get(&environment::host_token(host.as_str())) {
            clients.insert(host.clone(), connect.client(host.as_str(), token)?);
        }
    }
    Ok(clients)
}

struct Connect<'a> {
    base: String,
    transport: Arc<dyn Transport>,
    clock: &'a SharedClock,
}

impl<'a> Connect<'a> {
    fn new(clock: &'a SharedClock) -> Result<Self> {
        let base = environment::get(environment::API_URL);
        let transport = HttpTransport::new()
            .map_err(|error| Failure::failed(format!("no connection can be made: {error}")))?;
        Ok(Self {
            base: base.unwrap_or_else(|| environment::WEBEX.to_owned()),
            transport: Arc::new(transport),
            clock,
        })
    }

    fn client(&self, owner: &str, token: String) -> Result<Webex> {
        let usage = |error: &dyn std::fmt::Display| {
            Failure::usage(format!("{} cannot be used: {error}", environment::API_URL))
        };
        let base: Url = self
            .base
            .parse()
            .map_err(|error: url::ParseError| usage(&error))?;
        if travels_in_the_clear(&base) {
            let host = base.host_str().unwrap_or_default();
            let why = format!("others on the way to {host} could read the tokens");
            return Err(usage(&why).hint(
                "begin it with https:// (plain http is for a simulator on this machine, as in \
                 http://127.0.0.1:8080/v1)",
            ));
        }
        let transport = Arc::clone(&self.transport);
        let mut settings =
            Settings::new(base, Secret::from(token), transport, Arc::clone(self.clock));
        settings.owner = owner.to_owned();
        Webex::new(settings).map_err(Failure::usage)
    }
}
