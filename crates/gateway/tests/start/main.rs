//! How the binary starts, refuses to start, and ends.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code speaks by panicking"
)]

mod disk;
mod feeds;
mod partners;
mod people;
mod place;
mod postgres;
mod redis;
mod sources;

use place::{Place, free_port, refused};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

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
