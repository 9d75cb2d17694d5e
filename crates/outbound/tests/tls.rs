//! TLS to a server whose authority is named in the settings, and to one whose is not.
#![expect(clippy::unwrap_used, reason = "what a test needs has to be there")]

use core::time::Duration;
use portique_domain::{CivilDate, Timestamp};
use portique_journeys::{Clock, Entropy};
use portique_outbound::mail::{LineTls, Mailer, MailerSettings, Smtp, Way};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

#[derive(Debug)]
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        CivilDate::new(2026, 11, 25).unwrap().start()
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// A certificate for a name, and its key.
fn certificate(name: &str) -> (String, TlsAcceptor) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    (made.cert.pem(), TlsAcceptor::from(Arc::new(config)))
}

/// A server that says STARTTLS first, or is under TLS from the first byte on.
async fn server(acceptor: TlsAcceptor, starttls: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let stream = if starttls {
                    in_clear(stream).await
                } else {
                    stream
                };
                // A client that trusts us not goes away here.
                if let Ok(stream) = acceptor.accept(stream).await {
                    protected(stream, !starttls).await;
                }
            });
        }
    });
    port
}

async fn in_clear(mut stream: TcpStream) -> TcpStream {
    stream.write_all(b"220 sink\r\n").await.unwrap();
    for answer in ["250-sink\r\n250 STARTTLS\r\n", "220 go on\r\n"] {
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            let byte = tokio::io::AsyncReadExt::read_u8(&mut stream).await.unwrap();
            line.push(byte);
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
    stream
}

async fn protected(stream: impl AsyncRead + AsyncWrite, greets: bool) {
    let (read, mut write) = tokio::io::split(stream);
    if greets {
        write.write_all(b"220 sink\r\n").await.unwrap();
    }
    let read = std::pin::pin!(read);
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: &[u8] = if line.starts_with("EHLO") {
            b"250-sink\r\n250 AUTH PLAIN\r\n"
        } else if line.starts_with("AUTH") {
            // "\0ent\0secret"
            assert_eq!(line, "AUTH PLAIN AGVudABzZWNyZXQ=");
            b"235 welcome\r\n"
        } else {
            b"250 fine\r\n"
        };
        if write.write_all(answer).await.is_err() {
            return;
        }
    }
}

async fn reaches(port: u16, tls: LineTls, authority: &str) -> bool {
    let settings = MailerSettings {
        way: Way::Smtp(Smtp {
            host: "localhost".to_owned(),
            port,
            tls,
            login: Some(("ent".to_owned(), "secret".to_owned().into())),
            authority: Some(authority.as_bytes().to_vec()),
            timeout: Duration::from_secs(5),
            connections: 1,
        }),
        from: "ent@exemple.fr".parse().unwrap(),
        name: String::new(),
        retries: Some(Vec::new()),
        clock: Arc::new(Fixed),
        entropy: Arc::new(Fixed),
    };
    Mailer::new(settings).unwrap().reach().await.is_ok()
}

#[tokio::test]
async fn only_the_named_authority_and_the_right_name_are_spoken_to() {
    for (tls, starttls) in [(LineTls::Starttls, true), (LineTls::Tls, false)] {
        let (pem, acceptor) = certificate("localhost");
        let port = server(acceptor, starttls).await;
        assert!(reaches(port, tls, &pem).await, "{tls:?}");
        let (foreign, _) = certificate("localhost");
        assert!(!reaches(port, tls, &foreign).await, "{tls:?}");
        let (pem, acceptor) = certificate("other.example");
        let port = server(acceptor, starttls).await;
        assert!(!reaches(port, tls, &pem).await, "{tls:?}");
    }
}
