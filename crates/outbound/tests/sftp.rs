//! Fetching from a real OpenSSH server: whole files, broken lines, files that grow, another host key.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test speaks by panicking"
)]

use portique_outbound::sftp::{Connection, HostKey, Proof, Server, SftpError, Spool};
use portique_testkit::sshd::SshServer;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const NAME: &str = "ENT2DVA.20240916.tgz";
const MIB: usize = 1024 * 1024;

fn server(sshd: &SshServer, port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        user: sshd.user().to_owned(),
        proof: Proof::key(&std::fs::read_to_string(sshd.key_file()).unwrap()).unwrap(),
        host_key: HostKey::parse(&sshd.host_key()).unwrap(),
        path: sshd.drop_folder().to_string_lossy().into_owned(),
    }
}

struct Room(PathBuf);

impl Room {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("portique-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&path).unwrap_or_default();
        Self(path)
    }

    fn spool(&self, most: u64) -> Spool {
        Spool::open(&self.0, most).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(length)
    .collect()
}

fn put(sshd: &SshServer, name: &str, bytes: &[u8]) -> PathBuf {
    let path = sshd.drop_folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A line to the server that tells how much came back over it, does something at one point, and is cut at
/// another.
struct Line {
    port: u16,
    passed: Arc<AtomicU64>,
}

async fn line(to: u16, cut_at: u64, (at, act): (u64, impl Fn() + Send + Sync + 'static)) -> Line {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let passed = Arc::new(AtomicU64::new(0));
    let counted = passed.clone();
    tokio::spawn(async move {
        let (near, _) = listener.accept().await.unwrap();
        let far = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
        let (mut near_read, mut near_write) = near.into_split();
        let (mut far_read, mut far_write) = far.into_split();
        let up = tokio::spawn(async move {
            tokio::io::copy(&mut near_read, &mut far_write).await.ok();
        });
        let mut bytes = vec![0; 16 * 1024];
        let mut acted = false;
        loop {
            let read = far_read.read(&mut bytes).await.unwrap_or(0);
            if read == 0 {
                break;
            }
            let all = counted.fetch_add(read as u64, Ordering::SeqCst) + read as u64;
            if all >= at && !acted {
                acted = true;
                act();
            }
            if all >= cut_at || near_write.write_all(&bytes[..read]).await.is_err() {
                break;
            }
        }
        up.abort();
    });
    Line { port, passed }
}

#[tokio::test]
async fn a_delivery_is_fetched_whole_and_stays_on_the_server() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let bytes = noise(3 * MIB + 17);
    let there = put(&sshd, NAME, &bytes);
    put(&sshd, ".hidden.tgz", b"x");
    put(&sshd, "with space.tgz", b"x");
    put(&sshd, "two\nlines.tgz", b"x");
    std::fs::create_dir(sshd.drop_folder().join("folder.tgz")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", sshd.drop_folder().join("link.tgz")).unwrap();
    let room = Room::new("sftp-whole");
    let connection = Connection::open(&server(&sshd, sshd.port())).await.unwrap();
    let listing = connection.list().await.unwrap();
    let names: Vec<&str> = listing
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(
        (names.as_slice(), listing.odd_names),
        ([NAME].as_slice(), 2)
    );
    let whole = connection
        .fetch(&listing.files[0], &room.spool(u64::MAX))
        .await
        .unwrap();
    connection.close().await;
    assert_eq!(std::fs::read(&whole).unwrap(), bytes);
    assert_eq!(room.names(), [NAME]);
    assert!(there.exists());
    let mode = |path: &Path| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode(&room.0), mode(&whole)), (0o700, 0o600));
}

#[tokio::test]
async fn another_host_key_is_refused_before_anything_is_said() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let mut wrong = server(&sshd, sshd.port());
    wrong.host_key = HostKey::parse("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU").unwrap();
    let error = Connection::open(&wrong).await.err().unwrap();
    let text = error.to_string();
    assert!(matches!(error, SftpError::HostKey { .. }), "{text}");
    assert!(
        text.contains(&sshd.host_key()) && text.contains("sftp.host_key"),
        "{text}"
    );
}

#[tokio::test]
async fn another_key_is_not_let_in_and_a_closed_port_is_told() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let Some(other) = SshServer::start() else {
        return;
    };
    let mut stranger = server(&sshd, sshd.port());
    stranger.proof = server(&other, other.port()).proof;
    let refused = Connection::open(&stranger).await.err().unwrap();
    assert!(matches!(refused, SftpError::LoginRefused), "{refused}");
    let mut nowhere = server(&sshd, 1);
    nowhere.path = "/".to_owned();
    let refused = Connection::open(&nowhere).await.err().unwrap();
    assert!(
        matches!(refused, SftpError::Unreachable { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_broken_transfer_goes_on_where_it_broke() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let bytes = noise(4 * MIB);
    put(&sshd, NAME, &bytes);
    let room = Room::new("sftp-broken");
    let spool = room.spool(u64::MAX);
    let cut = 2 * MIB as u64;
    let broken = line(sshd.port(), cut, (u64::MAX, || {})).await;
    let connection = Connection::open(&server(&sshd, broken.port)).await.unwrap();
    let file = connection.list().await.unwrap().files.remove(0);
    let error = connection.fetch(&file, &spool).await.unwrap_err();
    assert!(matches!(error, SftpError::Interrupted(_)), "{error}");
    let kept = room.names();
    assert_eq!(kept.len(), 1);
    let end = Path::new(&kept[0]).extension();
    assert_eq!(end.unwrap(), "part");
    let half = std::fs::metadata(room.0.join(&kept[0])).unwrap().len();
    assert!(half > MIB as u64 && half < cut, "{half}");

    // As after a restart: another connection, the same spool.
    let second = line(sshd.port(), u64::MAX, (u64::MAX, || {})).await;
    let connection = Connection::open(&server(&sshd, second.port)).await.unwrap();
    assert_eq!(
        spool
            .sweep(&connection.list().await.unwrap().files)
            .unwrap(),
        0
    );
    let whole = connection.fetch(&file, &spool).await.unwrap();
    assert_eq!(std::fs::read(whole).unwrap(), bytes);
    assert_eq!(room.names(), [NAME]);
    // What had come was not fetched again.
    let passed = second.passed.load(Ordering::SeqCst);
    assert!(
        passed < bytes.len() as u64 - half + MIB as u64 / 4,
        "{passed}"
    );
}

#[tokio::test]
async fn a_file_that_grows_during_the_transfer_is_not_taken() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let path = put(&sshd, NAME, &noise(2 * MIB));
    let room = Room::new("sftp-grows");
    let spool = room.spool(u64::MAX);
    let grow = move || {
        use std::io::Write as _;
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        file.write_all(b"more").unwrap();
    };
    let growing = line(sshd.port(), u64::MAX, (MIB as u64, grow)).await;
    let connection = Connection::open(&server(&sshd, growing.port))
        .await
        .unwrap();
    let file = connection.list().await.unwrap().files.remove(0);
    let error = connection.fetch(&file, &spool).await.unwrap_err();
    assert!(matches!(error, SftpError::Changed(_)), "{error}");
    assert_eq!(room.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_part_of_another_file_is_swept_and_a_file_above_the_cap_not_begun() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    put(&sshd, NAME, &noise(MIB + 1));
    let room = Room::new("sftp-cap");
    let spool = room.spool(MIB as u64);
    std::fs::write(room.0.join(format!("{NAME}.9-9.part")), "old").unwrap();
    let connection = Connection::open(&server(&sshd, sshd.port())).await.unwrap();
    let listing = connection.list().await.unwrap();
    assert_eq!(spool.sweep(&listing.files).unwrap(), 1);
    let error = connection
        .fetch(&listing.files[0], &spool)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SftpError::TooLarge { mib: 2, .. }),
        "{error}"
    );
    assert_eq!(room.names(), Vec::<String>::new());
}
