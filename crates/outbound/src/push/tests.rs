//! Receivers that take, refuse, are slow, are dead, and send elsewhere.

use super::*;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What a receiver was sent.
type Seen = Arc<Mutex<Vec<String>>>;

/// A receiver that gives one answer to everything, after a while.
async fn receiver(answer: &'static str, after: Duration) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/evenements", listener.local_addr().unwrap());
    let seen = Seen::default();
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let kept = kept.clone();
            tokio::spawn(async move {
                let mut bytes = vec![0; 8192];
                let read = stream.read(&mut bytes).await.unwrap();
                let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                kept.lock().unwrap().push(text);
                tokio::time::sleep(after).await;
                drop(stream.write_all(answer.as_bytes()).await);
            });
        }
    });
    (address, seen)
}

fn pusher(networks: &[&str]) -> Pusher {
    let settings = PusherSettings {
        reach: Reach {
            networks: networks.iter().map(|net| net.parse().unwrap()).collect(),
        },
        time_limit: Duration::from_millis(500),
        authority: None,
    };
    Pusher::new(settings).unwrap()
}

async fn pushed(answer: &'static str) -> Pushed {
    let (address, _) = receiver(answer, Duration::ZERO).await;
    let pusher = pusher(&["127.0.0.0/8"]);
    pusher.push(&address, "a.b.c".to_owned()).await
}

fn trouble(word: &str) -> Pushed {
    Pushed::Trouble(word.to_owned())
}

#[tokio::test]
async fn an_event_is_taken_with_202_alone() {
    let answer = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
    let (address, seen) = receiver(answer, Duration::ZERO).await;
    let pusher = pusher(&["127.0.0.0/8"]);
    assert_eq!(
        pusher.push(&address, "a.b.c".to_owned()).await,
        Pushed::Taken
    );
    let seen = seen.lock().unwrap().remove(0);
    assert!(seen.starts_with("POST /evenements HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("content-type: application/secevent+jwt\r\n"));
    assert!(seen.ends_with("\r\n\r\na.b.c"), "{seen}");
    for header in ["cookie", "referer", "user-agent", "authorization"] {
        assert!(
            !seen.to_ascii_lowercase().contains(&format!("\n{header}:")),
            "{seen}"
        );
    }
    let fine = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(pushed(fine).await, trouble("http_200"));
    let busy = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(pushed(busy).await, trouble("http_503"));
}

#[tokio::test]
async fn a_refusal_is_for_good_when_it_is_about_the_event() {
    let refused =
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 25\r\n\r\n{\"err\":\"invalid_request\"}";
    let expected = Pushed::Refused("invalid_request".to_owned());
    assert_eq!(pushed(refused).await, expected);
    let key = "HTTP/1.1 400 Bad Request\r\ncontent-length: 21\r\n\r\n{\"err\":\"invalid_key\"}";
    assert_eq!(pushed(key).await, trouble("invalid_key"));
    // Words of a stranger go nowhere.
    let words = "HTTP/1.1 400 Bad Request\r\ncontent-length: 15\r\n\r\n{\"err\":\"<b>x\"}\n";
    assert_eq!(pushed(words).await, trouble("http_400"));
}

#[tokio::test]
async fn who_is_slow_or_dead_is_left_within_the_time_limit() {
    let (address, _) = receiver("HTTP/1.1 202 A\r\n\r\n", Duration::from_mins(1)).await;
    let pusher = pusher(&["127.0.0.0/8"]);
    let begun = std::time::Instant::now();
    let slow = pusher.push(&address, "a.b.c".to_owned()).await;
    assert_eq!(slow, trouble("timeout"));
    assert!(begun.elapsed() < Duration::from_secs(5));
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = dead.local_addr().unwrap().port();
    drop(dead);
    let dead = format!("http://127.0.0.1:{port}/");
    let dead = pusher.push(&dead, "a.b.c".to_owned()).await;
    assert_eq!(dead, trouble("unreachable"));
}

/// An answer that never ends is not read to its end.
#[tokio::test]
async fn t40_of_an_answer_the_beginning_is_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let written = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = written.clone();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 8192]).await.unwrap() > 0);
        let head = "HTTP/1.1 400 Bad Request\r\ncontent-length: 99999999\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        while stream.write_all(&[b' '; 1024]).await.is_ok() {
            count.fetch_add(1024, std::sync::atomic::Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let pusher = pusher(&["127.0.0.0/8"]);
    let answer = pusher.push(&address, "a.b.c".to_owned()).await;
    assert_eq!(answer, trouble("http_400"));
    let written = written.load(std::sync::atomic::Ordering::Relaxed);
    assert!(written < 99_999_999, "{written}");
}

/// By number, by name, by a redirect: what is not public is not reached, and nothing is sent there.
#[tokio::test]
async fn t47_a_push_goes_nowhere_inside() {
    let answer = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
    let (address, seen) = receiver(answer, Duration::ZERO).await;
    let closed = pusher(&[]);
    let port = address.split([':', '/']).nth(4).unwrap();
    for inside in [
        address.clone(),
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://127.1:{port}/"),
        format!("https://0x7f000001:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://[::1]:{port}/"),
        "https://169.254.169.254/latest/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://[fd00::1]/".to_owned(),
    ] {
        let answer = closed.push(&inside, "a.b.c".to_owned()).await;
        assert_eq!(answer, trouble("not_public"), "{inside}");
    }
    for other in ["http://carnet.example.fr/", "file:///etc/passwd", "data:,x"] {
        let answer = closed.push(other, "a.b.c".to_owned()).await;
        assert_eq!(answer, trouble("not_public"), "{other}");
    }
    assert!(seen.lock().unwrap().is_empty());
    let elsewhere: &'static str =
        format!("HTTP/1.1 307 Over there\r\nlocation: {address}\r\ncontent-length: 0\r\n\r\n")
            .leak();
    assert_eq!(pushed(elsewhere).await, trouble("http_307"));
    assert!(seen.lock().unwrap().is_empty());
}
