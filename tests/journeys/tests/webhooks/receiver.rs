//! A partner that is told things: it takes, refuses, is slow.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use core::time::Duration;
use portique_outbound::push::{Pusher, PusherSettings, Reach};
use std::sync::{Arc, Mutex};

/// How a receiver answers, and what it was sent.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    answer: Arc<Mutex<(u16, &'static str)>>,
    pub(crate) slow: Arc<Mutex<Duration>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    pub(crate) fn answers(&self, status: u16, body: &'static str) {
        *self.answer.lock().unwrap() = (status, body);
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// Listens; gives its address.
    pub(crate) async fn open(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/evenements", post(receive))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}/evenements")
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, &'static str) {
    assert_eq!(headers["content-type"], "application/secevent+jwt");
    let wait = *receiver.slow.lock().unwrap();
    tokio::time::sleep(wait).await;
    receiver.seen.lock().unwrap().push(body);
    let (status, text) = *receiver.answer.lock().unwrap();
    (StatusCode::from_u16(status).unwrap(), text)
}

pub(crate) fn pusher() -> Pusher {
    let settings = PusherSettings {
        reach: Reach {
            networks: vec!["127.0.0.0/8".parse().unwrap()],
        },
        time_limit: Duration::from_millis(400),
        authority: None,
    };
    Pusher::new(settings).unwrap()
}
