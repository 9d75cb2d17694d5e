//! A PostgreSQL server of a test's own, on a free port of loopback, with a folder that is thrown away.
//!
//! The programs are those of Debian's package `postgresql` (`tests/run` installs it). Where they are missing
//! the test fails, since what it checks would not be known; only `PORTIQUE_NO_INSTALL=1` says that this
//! machine may lack them. Then the test says on standard error that it was left out, and `tests/run` names
//! it in its closing lines.
//!
//! PostgreSQL does not run as root: who is root starts it as `nobody`. A shell stands between; it reads what
//! to do from a pipe, and once the pipe ends, however the tests ended, it stops the server and removes the
//! folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Of the test's own; it guards invented data for the length of a test.
const PASSWORD: &str = "pg-of-a-test";

const SCRIPT: &str = r#"
bin=$1 folder=$2 port=$3; shift 3
trap '' INT
umask 077
printf '%s' "$PGPASSWORD" >"$folder/password"
"$bin/initdb" -D "$folder/data" -U portique --pwfile="$folder/password" -A scram-sha-256 \
  -E UTF8 --locale=C.UTF-8 -N >"$folder/log" 2>&1 || { cat "$folder/log" >&2; rm -rf "$folder"; exit 1; }
if [ -n "${TLS_KEY:-}" ]; then
  printf '%s' "$TLS_KEY" >"$folder/tls.key"
  printf '%s' "$TLS_CERTIFICATE" >"$folder/tls.pem"
  set -- "$@" -c ssl=on -c ssl_key_file="$folder/tls.key" -c ssl_cert_file="$folder/tls.pem"
fi
begin() {
  "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= "$@" >>"$folder/log" 2>&1 &
  server=$!
}
begin "$@"
while read -r word; do
  case $word in
    stop) kill -QUIT "$server"; wait "$server"; echo stopped ;;
    start) begin "$@" ;;
  esac
done
kill -QUIT "$server"
wait "$server"
rm -rf "$folder"
"#;

/// A running server; it ends with this, or with the process.
pub struct PostgresServer {
    bin: PathBuf,
    port: u16,
    folder: PathBuf,
    shell: Child,
    orders: Option<ChildStdin>,
}

impl PostgresServer {
    /// Starts one that has each writing on the disk before it answers. `None` when this machine may lack
    /// the programs and does.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The one that the tests of one program share; it does not care about power cuts.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<PostgresServer>> = OnceLock::new();
        let fast = ["-c", "fsync=off", "-c", "max_connections=400"];
        SHARED.get_or_init(|| Self::start_with(&fast)).as_ref()
    }

    /// The same with further settings, such as `["-c", "fsync=off"]`.
    pub fn start_with(extra: &[&str]) -> Option<Self> {
        Self::start_as(extra, None)
    }

    /// One that speaks TLS to whoever asks for it, with a certificate and its key in PEM.
    pub fn start_with_tls(certificate: &str, key: &str) -> Option<Self> {
        Self::start_as(&["-c", "fsync=off"], Some((certificate, key)))
    }

    fn start_as(extra: &[&str], tls: Option<(&str, &str)>) -> Option<Self> {
        let Some(bin) = programs() else {
            left_out();
            return None;
        };
        // Somebody else may take the free port first.
        for _ in 0..5 {
            let mut server = Self::spawn(&bin, extra, tls);
            if server.waited() {
                return Some(server);
            }
        }
        panic!("postgres does not start with {extra:?}");
    }

    fn spawn(bin: &Path, extra: &[&str], tls: Option<(&str, &str)>) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portique-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let port = free_port();
        let mut command = as_nobody(&folder);
        command
            .args(["sh", "-c", SCRIPT, "postgres-of-a-test"])
            .arg(bin)
            .arg(&folder)
            .arg(port.to_string())
            .args(extra)
            .env("PGPASSWORD", PASSWORD)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some((certificate, key)) = tls {
            command
                .env("TLS_CERTIFICATE", certificate)
                .env("TLS_KEY", key);
        }
        let mut shell = command.spawn().unwrap();
        Self {
            bin: bin.to_owned(),
            port,
            folder,
            orders: shell.stdin.take(),
            shell,
        }
    }

    /// An empty database of its own: its address.
    pub fn database(&self) -> String {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.address(&name)
    }

    /// The name of the database of an address.
    pub fn name(address: &str) -> &str {
        address.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// The address of a database.
    pub fn address(&self, database: &str) -> String {
        format!("postgresql://portique@127.0.0.1:{}/{database}", self.port)
    }

    /// The password of its one user.
    pub fn password(&self) -> String {
        PASSWORD.to_owned()
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has a statement done by another hand, and gives what it printed, a line a row.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        let done = Command::new(self.bin.join("psql"))
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-d"])
            .arg(self.address(database))
            .args(["-c", statement])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{statement}: {told}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Somebody else who is connected, and holds what her transactions hold.
    pub fn somebody(&self, database: &str) -> Somebody {
        let mut psql = Command::new(self.bin.join("psql"))
            .args(["-qAtX", "-d"])
            .arg(self.address(database))
            .env("PGPASSWORD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Somebody {
            words: psql.stdin.take(),
            psql,
        }
    }

    /// Waits until a question is answered with yes.
    pub fn until(&self, database: &str, question: &str) {
        let begun = Instant::now();
        while self.sql(database, question).trim() != "t" {
            assert!(begun.elapsed() < PATIENCE, "never: {question}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn order(&mut self, word: &str) {
        let orders = self.orders.as_mut().unwrap();
        writeln!(orders, "{word}").unwrap();
    }

    /// Stops it without a word to those who are connected, as a crash would.
    pub fn stop(&mut self) {
        self.order("stop");
        let begun = Instant::now();
        while self.answers() {
            assert!(begun.elapsed() < PATIENCE, "postgres does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts it again, on the same port and with what it had written.
    pub fn back(&mut self) {
        self.order("start");
        assert!(self.waited(), "postgres does not come back");
    }

    fn answers(&self) -> bool {
        let asked = Command::new(self.bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .status();
        asked.is_ok_and(|status| status.success())
    }

    fn waited(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.shell.try_wait().unwrap().is_some() {
                return false;
            }
            if self.folder.join("data/postmaster.pid").exists() && self.answers() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.orders.take());
        self.shell.wait().unwrap();
    }
}

/// Another connection to a server; it ends with this.
pub struct Somebody {
    psql: Child,
    words: Option<ChildStdin>,
}

impl Somebody {
    /// Says something to the server, and does not wait for the answer.
    pub fn say(&mut self, statement: &str) {
        writeln!(self.words.as_mut().unwrap(), "{statement}").unwrap();
    }
}

impl Drop for Somebody {
    fn drop(&mut self) {
        drop(self.words.take());
        self.psql.wait().unwrap();
    }
}

/// Where the programs lie: the newest version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut bins: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            let bin = path.join("bin");
            bin.join("initdb").is_file().then_some((version, bin))
        })
        .collect();
    bins.sort();
    bins.pop().map(|(_, bin)| bin)
}

/// A command as somebody who is not root, and owns the folder.
pub(crate) fn as_nobody(folder: &Path) -> Command {
    let output = Command::new("id").arg("-u").output().unwrap();
    if output.stdout != b"0\n" {
        return Command::new("env");
    }
    let owned = Command::new("chown").arg("nobody").arg(folder).status();
    assert!(owned.unwrap().success());
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]);
    command
}

#[expect(
    clippy::print_stderr,
    reason = "a test that was left out says so where people look"
)]
fn left_out() {
    assert!(
        std::env::var("PORTIQUE_NO_INSTALL").is_ok_and(|told| told == "1"),
        "postgres is not there. Install it (Debian: apt-get install postgresql), or say with \
         PORTIQUE_NO_INSTALL=1 that the tests on PostgreSQL may be left out"
    );
    eprintln!("LEFT OUT: postgres is not there, so records on PostgreSQL are not tried");
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
