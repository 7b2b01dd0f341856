//! What stands before the processes: it hands a request to the latest of them that is alive.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use tower::{Service, ServiceExt as _, service_fn};

use crate::deaths::Deaths;

/// A balancer. Clones are the same.
#[derive(Clone, Default)]
pub struct Balancer {
    upstreams: Arc<Mutex<Vec<Upstream>>>,
}

struct Upstream {
    process: usize,
    deaths: Arc<Deaths>,
    router: Router,
}

impl Balancer {
    /// A process can be reached from now on.
    pub fn add(&self, process: usize, deaths: &Arc<Deaths>, router: Router) {
        let upstream = Upstream {
            process,
            deaths: Arc::clone(deaths),
            router,
        };
        locked(&self.upstreams).insert(0, upstream);
    }

    /// A process can be reached no more.
    pub fn remove(&self, process: usize) {
        locked(&self.upstreams).retain(|it| it.process != process);
    }

    /// The same as a service.
    pub fn service(
        &self,
    ) -> impl Service<
        Request<Body>,
        Response = Response<Body>,
        Error = io::Error,
        Future = impl Future<Output = io::Result<Response<Body>>> + Send + use<>,
    > + Clone
    + Send
    + Sync
    + use<> {
        let this = self.clone();
        service_fn(move |request: Request<Body>| {
            let this = this.clone();
            async move {
                let (head, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await;
                let body = body.map_err(io::Error::other)?;
                this.hand_on(Request::from_parts(head, body)).await
            }
        })
    }

    /// Has a request answered.
    ///
    /// # Errors
    ///
    /// No process is alive.
    pub async fn hand_on(&self, request: Request<Bytes>) -> io::Result<Response<Body>> {
        let router = {
            let upstreams = locked(&self.upstreams);
            let mut alive = upstreams.iter().filter(|it| it.deaths.died_at().is_none());
            alive.next().map(|it| it.router.clone())
        };
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let router = router.ok_or_else(refused)?;
        match router.oneshot(request.map(Body::from)).await {
            Ok(answer) => Ok(answer),
            Err(never) => match never {},
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
