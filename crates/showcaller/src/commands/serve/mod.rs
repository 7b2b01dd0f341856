//! `showcaller serve EVENT`

mod running;
mod sentences;

use std::net::SocketAddr;

use jiff::Timestamp;
use url::{Host, Url};

use crate::exit::{Code, Failure};
use crate::interrupt::Interrupts;
use crate::port;
use crate::session::{EventArgs, Live, instant};
use crate::terminal::say;
use running::{Running, Setup};

/// Answer people's questions on Webex
///
/// Runs until Ctrl-C, and answers with what was last applied; a later apply counts at once. Webex
/// tells it by webhooks what was asked, so it needs an address that Webex reaches. What is asked
/// while it does not run is answered when it runs again. docs/serving.md shows how to try it on a
/// simulator, and how to run it for an event.
#[derive(Debug, clap::Args)]
#[command(mut_arg("simulate", |simulate| simulate.hide(true)))]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// Where to listen for Webex; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: String,

    /// The address under which Webex reaches that, as in `https://bot.example.com`
    ///
    /// Only a simulator on this machine needs none.
    #[arg(long, value_name = "URL", value_parser = public_url)]
    public_url: Option<Url>,

    /// Also serve /readyz, /metrics and the remote control here, to this machine alone
    #[arg(long, value_name = "ADDR")]
    control: Option<String>,

    /// Replace the webhooks of another process that serves this bot
    #[arg(long)]
    take_over: bool,

    /// The time in a simulated Webex, as in 2027-09-20T09:00:00Z
    ///
    /// Give `showcaller simulator --now` the same.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    now: Option<Timestamp>,
}

/// Reads the address under which Webex reaches a process.
fn public_url(text: &str) -> Result<Url, String> {
    let plain = |url: &Url| {
        matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    let url = text.trim().parse::<Url>().ok().filter(plain);
    url.ok_or_else(|| "write it like https://bot.example.com".to_owned())
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    if args.event.simulate {
        return Err(Failure::usage(
            "serve needs a Webex that runs beside it, and --simulate ends with each command",
        )
        .hint("docs/serving.md shows how to serve on `showcaller simulator`"));
    }
    let interrupts = Interrupts::new();
    let live = Live::open(&args.event, args.now).await?;
    let setup = open_ports(args, &live).await?;
    let running = Running::begin(&live, setup).await?;
    say_what_is_missing(&live);
    let ended = running.until(interrupts).await;
    let kept = live.ledger.verify().await;
    live.ledger.close().await;
    ended?;
    kept?;
    Ok(Code::Done)
}

async fn open_ports(args: &Args, live: &Live) -> Result<Setup, Failure> {
    let public = port::open("serve", "--listen", &args.listen).await?;
    let control = match &args.control {
        Some(given) => Some(open_control(given).await?),
        None => None,
    };
    let public_url = match &args.public_url {
        Some(url) => url.clone(),
        None => own_address(live, public.1)?,
    };
    Ok(Setup {
        public: public.0,
        address: public.1,
        public_url,
        control,
        take_over: args.take_over,
    })
}

/// What a simulator on this machine reaches.
fn own_address(live: &Live, address: SocketAddr) -> Result<Url, Failure> {
    let here = match live.connections().bot.base_url().host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let url = format!("http://{}", port::reachable(address));
    url.parse().ok().filter(|_| here).ok_or_else(|| {
        Failure::usage("Webex has to be told where to reach the bot").hint(
            "add --public-url https://… with the address that leads to --listen; docs/serving.md \
             says how to get one",
        )
    })
}

async fn open_control(given: &str) -> Result<(tokio::net::TcpListener, SocketAddr), Failure> {
    let (listener, address) = port::open("serve", "--control", given).await?;
    if address.ip().is_loopback() {
        return Ok((listener, address));
    }
    Err(Failure::usage(format!(
        "--control: {given} can be reached from other machines"
    ))
    .hint("write it like --control 127.0.0.1:9090, and let a proxy of yours decide who may ask"))
}

fn say_what_is_missing(live: &Live) {
    let hosts = &live.in_force.event.webex.hosts;
    let missing = hosts.len() - live.connections().hosts.len();
    if missing > 0 {
        say::remark(
            "Tokens of hosts are missing. Answers need none: what is on now is told by the schedule, \
             with those tokens as without.",
        );
    }
}
