//! A Redis server of a test's own, on a free port, with a folder that is thrown away.
//!
//! The program is `redis-server` on the `PATH` (Debian's package `redis-server`; `tests/run` installs
//! it). Where it is missing the test fails, since what it checks would not be known; only
//! `PORTIQUE_NO_INSTALL=1` says that this machine may lack it. Then the test says on standard error that
//! it was left out, and `tests/run` names it in its closing lines.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server; it ends with this.
pub struct RedisServer {
    port: u16,
    folder: PathBuf,
    extra: Vec<String>,
    child: Option<Child>,
}

impl RedisServer {
    /// Starts one that writes each change to its log before it answers. `None` when this machine may
    /// lack the program and does.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with further settings, such as `["--maxmemory", "2mb"]`.
    pub fn start_with(extra: &[&str]) -> Option<Self> {
        if !is_there() {
            left_out();
            return None;
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portique-redis-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut server = Self {
            port: 0,
            folder,
            extra: extra.iter().map(|&text| text.to_owned()).collect(),
            child: None,
        };
        // Somebody else may take the free port first.
        for _ in 0..5 {
            server.port = free_port();
            if server.run() {
                return Some(server);
            }
        }
        panic!("redis-server does not start with {:?}", server.extra);
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills it, as a power cut would.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap_or_default();
            child.wait().unwrap();
        }
    }

    /// Starts it again, on the same port and with what it had written.
    pub fn back(&mut self) {
        assert!(self.child.is_none(), "it was not stopped");
        assert!(self.run(), "redis-server does not come back");
    }

    /// Starts the program and waits until it answers.
    fn run(&mut self) -> bool {
        let mut child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--save", "", "--maxmemory-policy", "noeviction"])
            .args(["--logfile", "redis.log", "--daemonize", "no"])
            .args(&self.extra)
            .arg("--dir")
            .arg(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            if answers(self.port) {
                self.child = Some(child);
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().unwrap_or_default();
        child.wait().unwrap();
        false
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
        // A folder that stays behind is a nuisance and no failure.
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

fn is_there() -> bool {
    let asked = Command::new("redis-server")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

#[expect(
    clippy::print_stderr,
    reason = "a test that was left out says so where people look"
)]
fn left_out() {
    assert!(
        std::env::var("PORTIQUE_NO_INSTALL").is_ok_and(|told| told == "1"),
        "redis-server is not there. Install it (Debian: apt-get install redis-server), or say with \
         PORTIQUE_NO_INSTALL=1 that the tests on Redis may be left out"
    );
    eprintln!("LEFT OUT: redis-server is not there, so live state on Redis is not tried");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Whether a server answers there, and has read its log back.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let mut answer = [0; 5];
    let asked = stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .and_then(|()| stream.write_all(b"PING\r\n"))
        .and_then(|()| stream.read_exact(&mut answer));
    // A server with a password says so, and is there as well.
    asked.is_ok() && (answer == *b"+PONG" || answer == *b"-NOAU")
}
