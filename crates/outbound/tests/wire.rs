//! What goes over the wire, against a small server of our own that speaks enough SMTP.
#![expect(clippy::unwrap_used, reason = "what a test needs has to be there")]

use core::time::Duration;
use portique_domain::{CivilDate, Timestamp};
use portique_journeys::{Clock, Entropy, Mail, Post, Subject};
use portique_outbound::mail::{LineTls, Mailer, MailerError, MailerSettings, Smtp, Way};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        let day = CivilDate::new(2026, 11, 25).unwrap().start();
        day.plus(Duration::from_hours(12))
    }
}

#[derive(Debug, Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// What the server heard: every line of every connection.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn count(&self, start: &str) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| line.starts_with(start)).count()
    }
}

/// A server whose answers to `RCPT TO` come from a list; afterwards it accepts.
async fn sink(answers: &[&str]) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let ears = heard.clone();
    let answers: Vec<String> = answers.iter().rev().map(ToString::to_string).collect();
    let answers = Arc::new(Mutex::new(answers));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, ears.clone(), answers.clone()));
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream, heard: Heard, answers: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink\r\n").await.unwrap();
    let mut in_data = false;
    while let Ok(Some(line)) = lines.next_line().await {
        heard.0.lock().unwrap().push(line.clone());
        let answer = if in_data {
            if line != "." {
                continue;
            }
            in_data = false;
            "250 taken".to_owned()
        } else if line.starts_with("EHLO") {
            "250-sink\r\n250 8BITMIME".to_owned()
        } else if line.starts_with("RCPT") {
            let said = answers.lock().unwrap().pop();
            said.unwrap_or_else(|| "250 fine".to_owned())
        } else if line == "DATA" {
            in_data = true;
            "354 go on".to_owned()
        } else if line == "QUIT" {
            "221 bye".to_owned()
        } else {
            "250 fine".to_owned()
        };
        if write
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

fn settings(port: u16, tls: LineTls) -> MailerSettings {
    MailerSettings {
        way: Way::Smtp(Smtp {
            host: "127.0.0.1".to_owned(),
            port,
            tls,
            login: None,
            authority: None,
            timeout: Duration::from_secs(5),
            connections: 2,
        }),
        from: "ent@exemple.fr".parse().unwrap(),
        name: "ENT d’essai".to_owned(),
        retries: Some(vec![Duration::from_millis(20); 3]),
        clock: Arc::new(Noon),
        entropy: Arc::new(Counting::default()),
    }
}

fn mail(text: &str) -> Mail {
    Mail {
        to: "lea@exemple.fr".parse().unwrap(),
        subject: Subject::new("Été\r\nBcc: tous@exemple.fr"),
        text: text.to_owned(),
    }
}

async fn done(mailer: &Mailer) {
    assert!(mailer.settled(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn t59_a_mail_goes_to_one_recipient_whatever_its_subject_and_text_say() {
    let (port, heard) = sink(&[]).await;
    let mailer = Mailer::new(settings(port, LineTls::None)).unwrap();
    mailer.reach().await.unwrap();
    let text = "Bonjour Léa,\n.\nRCPT TO:<tous@exemple.fr>\n.\nQUIT\n";
    mailer.send(mail(text)).await.unwrap();
    done(&mailer).await;
    assert!(mailer.is_well());
    let lines = heard.lines();
    assert_eq!(heard.count("MAIL FROM:<ent@exemple.fr>"), 1, "{lines:?}");
    let envelope = lines.iter().take_while(|line| *line != "DATA");
    let recipients: Vec<_> = envelope.filter(|line| line.starts_with("RCPT")).collect();
    assert_eq!(recipients, ["RCPT TO:<lea@exemple.fr>"], "{lines:?}");
    assert_eq!(heard.count("DATA"), 1, "no dot of the text ends it");
    assert_eq!(heard.count("To: lea@exemple.fr"), 1);
    assert_eq!(heard.count("Auto-Submitted: auto-generated"), 1);
    assert_eq!(heard.count("Content-Type: text/plain; charset=utf-8"), 1);
    assert_eq!(heard.count("Date: Wed, 25 Nov 2026 12:00:00 +0000"), 1);
    // The subject is one header, encoded; no line of the head begins with what it smuggled.
    assert_eq!(heard.count("Subject: =?utf-8?b?"), 1, "{lines:?}");
    assert_eq!(heard.count("Bcc"), 0);
}

#[tokio::test]
async fn a_fault_that_may_pass_is_tried_again_and_one_that_will_not_is_not() {
    let (port, heard) = sink(&["451 later", "421 later"]).await;
    let mailer = Mailer::new(settings(port, LineTls::None)).unwrap();
    mailer.send(mail("a")).await.unwrap();
    done(&mailer).await;
    assert_eq!(heard.count("RCPT TO:"), 3);
    assert_eq!(heard.count("DATA"), 1);
    assert!(mailer.is_well());

    let (port, heard) = sink(&["550 no such mailbox"]).await;
    let mailer = Mailer::new(settings(port, LineTls::None)).unwrap();
    mailer.send(mail("a")).await.unwrap();
    done(&mailer).await;
    assert_eq!(heard.count("RCPT TO:"), 1);
    assert!(mailer.is_well(), "one wrong mailbox is no outage");

    let (port, heard) = sink(&["451 a", "451 b", "451 c", "451 d", "451 e"]).await;
    let mailer = Mailer::new(settings(port, LineTls::None)).unwrap();
    mailer.send(mail("a")).await.unwrap();
    done(&mailer).await;
    assert_eq!(heard.count("RCPT TO:"), 4, "four tries, no more");
    assert!(!mailer.is_well());
}

#[tokio::test]
async fn a_server_without_starttls_is_told_nothing() {
    let (port, heard) = sink(&[]).await;
    let mut settings = settings(port, LineTls::Starttls);
    if let Way::Smtp(smtp) = &mut settings.way {
        smtp.login = Some(("ent".to_owned(), "secret".to_owned().into()));
    }
    let mailer = Mailer::new(settings).unwrap();
    assert!(mailer.reach().await.is_err());
    mailer.send(mail("secret")).await.unwrap();
    done(&mailer).await;
    assert!(!mailer.is_well());
    for line in heard.lines() {
        let hello = line.starts_with("EHLO") || line == "QUIT";
        assert!(hello, "{line}");
    }
}

#[test]
fn an_unprotected_line_stays_on_the_machine() {
    let mut away = settings(25, LineTls::None);
    for host in ["mail.example", "192.0.2.1", "127.0.0.1.evil.example"] {
        if let Way::Smtp(smtp) = &mut away.way {
            host.clone_into(&mut smtp.host);
        }
        let refused = Mailer::new(away.clone());
        assert!(matches!(refused, Err(MailerError::PlainAway)), "{host}");
    }
}

#[tokio::test]
async fn a_dead_server_makes_nobody_wait_and_the_queue_is_bounded() {
    // Nothing listens there.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut settings = settings(port, LineTls::None);
    settings.retries = Some(vec![Duration::from_hours(1)]);
    let mailer = Mailer::new(settings).unwrap();
    let mut taken = 0;
    while mailer.send(mail("a")).await.is_ok() {
        taken += 1;
    }
    assert_eq!(taken, 1000);
    assert!(!mailer.settled(Duration::from_millis(1)).await);
}

#[tokio::test]
async fn a_folder_takes_one_file_a_mail() {
    let folder = std::env::temp_dir().join(format!("portique-mails-{}", std::process::id()));
    let mut settings = settings(25, LineTls::None);
    settings.way = Way::Folder(folder.clone());
    let mailer = Mailer::new(settings).unwrap();
    mailer.reach().await.unwrap();
    // What people copy out of it stands as it is.
    let link = format!("https://ent.example/forgot/new?secret={}", "é".repeat(80));
    for text in [&link, "deux"] {
        mailer.send(mail(text)).await.unwrap();
    }
    done(&mailer).await;
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert_eq!(files.len(), 2);
    let texts = files
        .into_iter()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    assert_eq!(texts.filter(|text| text.contains(&link)).count(), 1);
    std::fs::remove_dir_all(&folder).unwrap();
}
