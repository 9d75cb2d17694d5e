//! How the binary starts, refuses to start, and ends.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder with settings, a root key and a data folder, thrown away at the end.
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

impl Place {
    fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder =
            std::env::temp_dir().join(format!("portique-start-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let place = Self(folder);
        let made = place.run(&[
            "keys",
            "make-root",
            place.path("root.key").to_str().unwrap(),
        ]);
        assert!(made.status.success());
        place.settings(free_port(), free_port(), "", "");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes the settings and gives the public port.
    fn settings(&self, port: u16, management: u16, scheme: &str, extra: &str) -> u16 {
        let scheme = if scheme.is_empty() { "http" } else { scheme };
        let text = format!(
            r#"[public]
address = "{scheme}://localhost:{port}"
listen = "127.0.0.1:{port}"
{extra}
[management]
listen = "127.0.0.1:{management}"
[data]
folder = {data:?}
[keys]
root_key_file = {key:?}
[instance]
name = "ENT d’essai"
[instance.support]
name = "Assistance"
[instance.legal]
publisher = "a"
publication_director = "b"
host = "c"
contact = "d"
data_controller = "e"
data_protection_officer = "f"
"#,
            data = self.path("data").to_str().unwrap(),
            key = self.path("root.key").to_str().unwrap(),
        );
        std::fs::write(self.path("portique.toml"), text).unwrap();
        port
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portique"));
        command
            .args(arguments)
            .env("PORTIQUE_CONFIG", self.path("portique.toml"))
            .env_remove("PORTIQUE_DATA");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts serving and waits until it listens.
    fn serve(&self, port: u16) -> Serving {
        let child = self
            .command(&["serve"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let serving = Serving(child);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "it does not listen"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        serving
    }
}

struct Serving(Child);

impl Serving {
    fn end(mut self) -> i32 {
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::TERM,
        )
        .unwrap();
        self.0.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Already ended in most tests.
        self.0.kill().unwrap_or_default();
        self.0.wait().map(|_| ()).unwrap_or_default();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn refused(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_key_line_and_remedy() {
    let place = Place::new();
    let text = std::fs::read_to_string(place.path("portique.toml")).unwrap();
    std::fs::write(
        place.path("portique.toml"),
        text.replacen("listen = \"127.0.0.1:", "lisen = \"127.0.0.1:", 1),
    )
    .unwrap();
    refused(
        &place.run(&["serve"]),
        &["line 3", "lisen", "config/portique.toml"],
    );
    refused(&place.run(&["check-config"]), &["line 3", "lisen"]);
}

#[test]
fn a_missing_settings_file_is_named() {
    let place = Place::new();
    std::fs::remove_file(place.path("portique.toml")).unwrap();
    refused(&place.run(&["serve"]), &["cannot be read", "--config"]);
}

#[test]
fn wrong_usage_is_status_two() {
    let place = Place::new();
    assert_eq!(place.run(&["feed", "aply"]).status.code(), Some(2));
    assert_eq!(place.run(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_busy_port_gets_a_plain_message() {
    let place = Place::new();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    place.settings(taken.local_addr().unwrap().port(), free_port(), "", "");
    refused(
        &place.run(&["serve"]),
        &["cannot be listened on", "public.listen"],
    );
}

#[test]
fn a_folder_that_cannot_be_made_or_written_gets_a_plain_message() {
    let place = Place::new();
    std::fs::write(place.path("data"), "a file in the way").unwrap();
    refused(&place.run(&["serve"]), &["data folder", "cannot be made"]);
}

#[test]
fn serve_refuses_a_folder_made_by_the_demo() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("data")).unwrap();
    std::fs::write(place.path("data/demo.toml"), "seed = 1\npersons = 300\n").unwrap();
    refused(
        &place.run(&["serve"]),
        &["made by portique demo", "data.folder"],
    );
}

#[test]
fn a_missing_or_foreign_root_key_stops_the_start() {
    let place = Place::new();
    let listed = place.run(&["keys", "list", "--json"]);
    assert!(
        listed.status.success(),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        text.contains("ent_token") && text.contains("\"next\""),
        "{text}"
    );
    std::fs::remove_file(place.path("root.key")).unwrap();
    refused(
        &place.run(&["keys", "list"]),
        &["root key", "cannot be read"],
    );
    let path = place.path("root.key");
    assert!(
        place
            .run(&["keys", "make-root", path.to_str().unwrap()])
            .status
            .success()
    );
    refused(
        &place.run(&["keys", "list"]),
        &["does not open", "root key"],
    );
    refused(
        &place.run(&["keys", "make-root", path.to_str().unwrap()]),
        &["never overwritten"],
    );
}

#[test]
fn a_second_process_is_refused_and_commands_reach_the_first() {
    let place = Place::new();
    let port = place.settings(free_port(), free_port(), "", "");
    let serving = place.serve(port);
    refused(
        &place.run(&["serve"]),
        &["another process holds", "one at a time"],
    );
    let listed = place.run(&["session", "list", "--json"]);
    assert!(
        listed.status.success(),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    assert!(String::from_utf8_lossy(&listed.stdout).contains("\"sessions\": 0"));
    let searched = place.run(&["journal", "search", "--event", "journal.searched", "--json"]);
    assert!(
        String::from_utf8_lossy(&searched.stdout).contains("operator:"),
        "who ran it is recorded"
    );
    assert_eq!(serving.end(), 0);
    assert!(!place.path("data/control.sock").exists());
}

#[test]
fn health_is_on_the_management_listener_alone() {
    let place = Place::new();
    let management = free_port();
    let port = place.settings(free_port(), management, "", "");
    let serving = place.serve(port);
    assert!(get(management, "/health/ready").starts_with("HTTP/1.1 200"));
    assert!(get(management, "/metrics").contains("portique_"));
    assert!(get(port, "/health/ready").starts_with("HTTP/1.1 404"));
    assert_eq!(serving.end(), 0);
}

fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// A certificate for localhost, written to the two files.
fn certificate(place: &Path) -> Vec<u8> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(place.join("tls.pem"), made.cert.pem()).unwrap();
    std::fs::write(place.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().to_vec()
}

/// The status line over TLS, when the server shows exactly this certificate.
fn get_tls(port: u16, certificate: &[u8]) -> Option<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.to_vec().into()).unwrap();
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let client = rustls::ClientConnection::new(config.into(), name).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut tls = rustls::StreamOwned::new(client, stream);
    tls.write_all(b"GET /accueil HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .ok()?;
    let mut line = String::new();
    BufReader::new(tls).read_line(&mut line).ok()?;
    Some(line)
}

#[test]
fn tls_is_served_and_a_new_certificate_is_taken_without_a_restart() {
    let place = Place::new();
    let first = certificate(&place.0);
    let extra = format!(
        "[public.tls]\ncertificate = {:?}\nkey = {:?}",
        place.path("tls.pem").to_str().unwrap(),
        place.path("tls.key").to_str().unwrap()
    );
    let port = place.settings(free_port(), free_port(), "https", &extra);
    let serving = place.serve(port);
    assert!(get_tls(port, &first).unwrap().starts_with("HTTP/1.1 200"));
    // A new pair, with a later time stamp than the first.
    std::thread::sleep(Duration::from_millis(1100));
    let second = certificate(&place.0);
    let begun = Instant::now();
    while get_tls(port, &second).is_none() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the new certificate is not served"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(get_tls(port, &first).is_none());
    assert_eq!(serving.end(), 0);
}

#[test]
fn a_broken_certificate_stops_the_start() {
    let place = Place::new();
    std::fs::write(place.path("tls.pem"), "nothing").unwrap();
    std::fs::write(place.path("tls.key"), "nothing").unwrap();
    let extra = format!(
        "[public.tls]\ncertificate = {:?}\nkey = {:?}",
        place.path("tls.pem").to_str().unwrap(),
        place.path("tls.key").to_str().unwrap()
    );
    place.settings(free_port(), free_port(), "https", &extra);
    refused(&place.run(&["serve"]), &["public.tls", "certificate"]);
}

#[test]
fn a_wrong_feed_changes_nothing_and_says_where() {
    let place = Place::new();
    let folder = place.path("delivery");
    std::fs::create_dir_all(&folder).unwrap();
    let name = "ENT2DVA-ENT99_Complet_20260901_EtabEducNat_0000.xml";
    std::fs::write(
        folder.join(name),
        "<?xml version=\"1.0\"?>\n<ficAlimMENESR>\n<addRequest>\n",
    )
    .unwrap();
    let planned = place.run(&["feed", "plan", folder.to_str().unwrap()]);
    refused(&planned, &[name, "Nothing was changed"]);
    refused(
        &place.run(&["feed", "plan", place.path("nowhere").to_str().unwrap()]),
        &["nowhere", "cannot be read"],
    );
    let status = place.run(&["feed", "status", "--json"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains("\"runs\": []"));
}

#[test]
fn a_generated_region_is_planned_applied_and_a_replay_writes_nothing() {
    let place = Place::new();
    let region = place.path("region");
    let made = place.run(&[
        "feed",
        "generate",
        region.to_str().unwrap(),
        "--persons",
        "300",
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let delivery = std::fs::read_dir(&region)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut written = Vec::new();
    for _ in 0..2 {
        let planned = place.run(&["feed", "plan", delivery.to_str().unwrap(), "--json"]);
        let plan: serde_json::Value = serde_json::from_slice(&planned.stdout)
            .unwrap_or_else(|error| panic!("{error}: {planned:?}"));
        let id = plan.get("plan").unwrap().as_str().unwrap().to_owned();
        let applied = place.run(&["feed", "apply", &id, "--json"]);
        let run: serde_json::Value = serde_json::from_slice(&applied.stdout)
            .unwrap_or_else(|error| panic!("{error}: {applied:?}"));
        written.push(run.get("rows_written").unwrap().as_u64().unwrap());
        refused(&place.run(&["feed", "apply", &id]), &["applied before"]);
    }
    assert!(written.first().is_some_and(|rows| *rows > 0), "{written:?}");
    assert_eq!(written.last(), Some(&0));
}
