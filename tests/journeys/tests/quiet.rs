//! What the technical log and the metrics say: never who (T-59). A binary of its own, since it
//! listens to the whole process.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use portique_domain::rights::Perimeter;
use portique_tests_journeys::{PASSWORD, Reading, World};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<u8>>>);

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Ear {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Writes down every label that a metric is given.
#[derive(Clone, Default)]
struct Labels(Arc<Mutex<Vec<String>>>);

impl Labels {
    fn note(&self, key: &Key) {
        let labels = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()));
        self.0.lock().unwrap().push(format!(
            "{} {}",
            key.name(),
            labels.collect::<Vec<_>>().join(",")
        ));
    }
}

impl Recorder for Labels {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.note(key);
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.note(key);
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.note(key);
        Histogram::noop()
    }
}

/// What people and attackers do; gives what must never be heard.
async fn a_day(world: &World) -> Vec<String> {
    let pupil = world.cast.pupil.clone();
    let (person, login) = world.account(&pupil).await;
    let mut inside = world.pupil_in().await;
    let mut admin = world.admin_in("Discrète", Perimeter::Instance).await;
    let token = inside.token().await;
    inside.post("/logout", &[("csrf", &token)]).await;
    world.sign_in(&mut inside, login.as_str(), PASSWORD).await;
    let href = format!("/admin/people/{}", person.0);
    assert_eq!(admin.get(&href).await.status, 200);
    let token = admin.token().await;
    admin
        .post(&format!("{href}/freeze"), &[("csrf", &token)])
        .await;
    // Names that would forge a line, colour a terminal, or make a label each.
    let forged = [
        "a\r\nFATAL line",
        "\u{1b}[31mrouge\u{1b}[0m",
        "x\u{85}y",
        "\u{202e}retourné",
    ];
    for name in forged.into_iter().chain([login.as_str()]) {
        for _ in 0..7 {
            let mut browser = world.browser();
            let answer = world.knock(&mut browser, name, "MotDePasseTapé").await;
            assert!(matches!(answer.status.as_u16(), 422 | 429), "{name:?}");
        }
    }
    // A mail address, its code, a link and its secret.
    let address = "discrete.boite@exemple.fr";
    let mut other = world.teacher_in().await;
    let token = other.token().await;
    let given = [
        ("csrf", token.as_str()),
        ("address", address),
        ("password", PASSWORD),
    ];
    other.post("/me/mail", &given).await;
    let digits = world.the_mail().await.code();
    let shown = [("csrf", token.as_str()), ("code", digits.as_str())];
    other.post("/me/mail/verify", &shown).await;
    let (_, forgetful) = world.account(&world.cast.teacher.clone()).await;
    let mut stranger = world.browser();
    let page = stranger.get("/forgot").await;
    let typed = [("username", forgetful.as_str())];
    stranger.step(&page, "/forgot", &typed).await;
    let link = world.the_mail().await.link();
    stranger.get(&link).await;
    let page = stranger.get("/forgot/login").await;
    stranger
        .step(&page, "/forgot/login", &[("address", address)])
        .await;
    assert_eq!(world.mails().await.len(), 1);
    // A fault of ours is told, with its number.
    for folder in ["journal", "journal-spool"] {
        let path = world.folder.join(folder);
        std::fs::rename(&path, world.folder.join(format!("{folder}.away"))).unwrap();
        std::fs::write(&path, b"").unwrap();
    }
    assert_eq!(admin.get(&href).await.status, 503);
    let secret = link.split_once('=').unwrap().1.to_owned();
    let mut out = vec![login.as_str().to_owned(), pupil.last, person.0.to_string()];
    out.extend([
        secret,
        forgetful.as_str().to_owned(),
        "discrete.boite".to_owned(),
    ]);
    let typed = [
        "Discrète",
        "discrete",
        "FATAL",
        "\u{1b}",
        "rouge",
        "retourné",
        PASSWORD,
        "MotDePasseTapé",
    ];
    out.extend(typed.map(ToOwned::to_owned));
    out
}

#[tokio::test]
async fn t59_the_technical_log_and_the_metrics_never_say_who() {
    let (ear, labels) = (Ear::default(), Labels::default());
    // The two that are silenced read pages for the test itself.
    tracing_subscriber::fmt()
        .with_env_filter("trace,html5ever=off,selectors=off")
        .with_ansi(false)
        .with_writer(ear.clone())
        .init();
    metrics::set_global_recorder(labels.clone()).unwrap();
    let world = World::new().await;
    let secrets = a_day(&world).await;
    let log = String::from_utf8(ear.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("the access log cannot be written"),
        "the ear is open"
    );
    for secret in &secrets {
        let said = log.lines().find(|line| line.contains(secret));
        assert!(said.is_none(), "{secret:?} in {said:?}");
    }
    let labels = labels.0.lock().unwrap();
    assert!(!labels.is_empty());
    for line in labels.iter() {
        let (name, said) = line.split_once(' ').unwrap();
        assert!(name.starts_with("portique_"), "{line}");
        let closed =
            |byte: u8| byte == b'_' || byte == b'=' || byte == b',' || byte.is_ascii_lowercase();
        assert!(said.bytes().all(closed), "{line}");
    }
}
