//! A place where the binary runs, for tests.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder with settings, a root key and a data folder, thrown away at the end.
pub(crate) struct Place(pub(crate) PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

impl Place {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes the settings and gives the public port.
    pub(crate) fn settings(&self, port: u16, management: u16, scheme: &str, extra: &str) -> u16 {
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

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portique"));
        command
            .args(arguments)
            .env("PORTIQUE_CONFIG", self.path("portique.toml"))
            .env_remove("PORTIQUE_DATA");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts serving and waits until it listens.
    pub(crate) fn serve(&self, port: u16) -> Serving {
        let child = self
            .command(&["serve"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Serving::wait_for(child, port)
    }
}

pub(crate) struct Serving(Child);

impl Serving {
    /// Waits until it listens.
    pub(crate) fn wait_for(child: Child, port: u16) -> Self {
        let serving = Self(child);
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

    pub(crate) fn end(mut self) -> i32 {
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

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

pub(crate) fn refused(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}
