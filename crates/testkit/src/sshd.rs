//! An OpenSSH server of a test's own, on a free port of loopback, that gives out one folder by SFTP.
//!
//! The program is that of Debian's package `openssh-server` (`tests/run` installs it). Where it is missing
//! the test fails, as those on PostgreSQL do. It runs without any power of its own, as `nobody` when the test
//! is root; a shell stands between, and once its pipe ends it stops the server and removes the folder. PAM is
//! asked about the account, since only it tells an account without a password from a locked one without
//! reading `/etc/shadow`.

use crate::postgres::{as_nobody, free_port};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static COUNT: AtomicU32 = AtomicU32::new(0);

const PROGRAM: &str = "/usr/sbin/sshd";

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

const SCRIPT: &str = r#"
folder=$1 port=$2
trap '' INT
umask 077
ssh-keygen -q -t ed25519 -N '' -f "$folder/host" || exit 1
cat >"$folder/conf" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $folder/host
PidFile none
AuthorizedKeysFile $folder/user.pub
AuthenticationMethods publickey
UsePAM yes
StrictModes no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
LogLevel ERROR
END
/usr/sbin/sshd -D -e -f "$folder/conf" >"$folder/log" 2>&1 &
server=$!
read -r _
kill "$server"
wait "$server"
rm -rf "$folder"
"#;

/// A running server; it ends with this, or with the process.
pub struct SshServer {
    port: u16,
    folder: PathBuf,
    user: String,
    shell: Child,
    orders: Option<ChildStdin>,
}

impl SshServer {
    /// Starts one. `None` when this machine may lack the program and does.
    pub fn start() -> Option<Self> {
        if !Path::new(PROGRAM).is_file() {
            left_out();
            return None;
        }
        // Somebody else may take the free port first.
        for _ in 0..5 {
            let mut server = Self::spawn();
            if server.waited() {
                return Some(server);
            }
        }
        panic!("sshd does not start");
    }

    fn spawn() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portique-sshd-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("drop")).unwrap();
        let key = folder.join("user");
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&key)
            .status();
        assert!(made.unwrap().success());
        let port = free_port();
        let mut shell = as_nobody(&folder)
            .args(["sh", "-c", SCRIPT, "sshd-of-a-test"])
            .arg(&folder)
            .arg(port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let name = Command::new("id").arg("-un").output().unwrap();
        let name = String::from_utf8(name.stdout).unwrap();
        let user = match name.trim() {
            "root" => "nobody",
            other => other,
        };
        Self {
            port,
            user: user.to_owned(),
            orders: shell.stdin.take(),
            folder,
            shell,
        }
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The one user that it lets in.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The file with that user's private key.
    pub fn key_file(&self) -> PathBuf {
        self.folder.join("user")
    }

    /// The folder that it gives out.
    pub fn drop_folder(&self) -> PathBuf {
        self.folder.join("drop")
    }

    /// The fingerprint of its host key, as `ssh-keygen -l` prints it.
    pub fn host_key(&self) -> String {
        let told = Command::new("ssh-keygen")
            .args(["-l", "-f"])
            .arg(self.folder.join("host.pub"))
            .output()
            .unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        told.split(' ').nth(1).unwrap().to_owned()
    }

    fn waited(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.shell.try_wait().unwrap().is_some() {
                return false;
            }
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        // What the test laid down is the test's to remove.
        std::fs::remove_dir_all(self.drop_folder()).unwrap_or_default();
        drop(self.orders.take());
        self.shell.wait().unwrap();
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a test that was left out says so where people look"
)]
fn left_out() {
    assert!(
        std::env::var("PORTIQUE_NO_INSTALL").is_ok_and(|told| told == "1"),
        "sshd is not there. Install it (Debian: apt-get install openssh-server), or say with \
         PORTIQUE_NO_INSTALL=1 that the tests on SFTP may be left out"
    );
    eprintln!("LEFT OUT: sshd is not there, so fetching by SFTP is not tried");
}
