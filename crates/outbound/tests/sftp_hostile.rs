//! A server that means harm: names that lead out, lists without an end, answers that are too long.
#![expect(clippy::unwrap_used, reason = "a test speaks by panicking")]

use portique_outbound::sftp::{Connection, HostKey, Proof, RemoteFile, Server, SftpError, Spool};
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{HashAlg, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Msg, Session};
use russh::{Channel, ChannelId};
use russh_sftp::protocol::{
    Attrs, Data, File, FileAttributes, Handle, Name, OpenFlags, Status, StatusCode, Version,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

const PASSWORD: &str = "of-a-test";

/// What the server tells, whatever it is asked.
#[derive(Clone, Copy)]
enum Lie {
    /// Names that lead out of the folder.
    Names,
    /// Page after page of the same.
    NoEnd,
    /// Pages with nothing in them, for ever.
    EmptyPages,
    /// More bytes than were asked for.
    TooMuch,
    /// Nothing, where something was asked for.
    Nothing,
}

const HARM: [&str; 9] = [
    "../out.tgz",
    "../../../../../../tmp/portique-out.tgz",
    "/tmp/portique-out.tgz",
    "a/b.tgz",
    "a\nb.tgz",
    "a\0b.tgz",
    "..",
    "a.tgz\r\n",
    "~root.tgz",
];

struct Liar {
    lie: Lie,
    channels: HashMap<ChannelId, Channel<Msg>>,
    opened: Arc<AtomicUsize>,
    passwords: Arc<AtomicUsize>,
}

impl russh::server::Handler for Liar {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, Self::Error> {
        self.passwords.fetch_add(1, Ordering::SeqCst);
        Ok(if password == PASSWORD {
            Auth::Accept
        } else {
            Auth::reject()
        })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channels.insert(channel.id(), channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        _: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let channel = self.channels.remove(&id).unwrap();
        session.channel_success(id)?;
        let tales = Tales {
            lie: self.lie,
            told: 0,
            opened: self.opened.clone(),
        };
        russh_sftp::server::run(channel.into_stream(), tales).await;
        Ok(())
    }
}

struct Tales {
    lie: Lie,
    told: usize,
    opened: Arc<AtomicUsize>,
}

fn facts() -> FileAttributes {
    FileAttributes {
        size: Some(1000),
        mtime: Some(5),
        permissions: Some(0o100_644),
        ..FileAttributes::empty()
    }
}

impl russh_sftp::server::Handler for Tales {
    type Error = StatusCode;

    fn unimplemented(&self) -> Self::Error {
        StatusCode::OpUnsupported
    }

    async fn init(&mut self, _: u32, _: HashMap<String, String>) -> Result<Version, StatusCode> {
        Ok(Version::new())
    }

    async fn opendir(&mut self, id: u32, handle: String) -> Result<Handle, StatusCode> {
        Ok(Handle { id, handle })
    }

    async fn readdir(&mut self, id: u32, _: String) -> Result<Name, StatusCode> {
        self.told += 1;
        let names: Vec<&str> = match self.lie {
            Lie::NoEnd => vec!["a.tgz"; 500],
            Lie::EmptyPages => Vec::new(),
            Lie::Names if self.told == 1 => HARM.iter().copied().chain(["good.tgz"]).collect(),
            _ if self.told == 1 => vec!["good.tgz"],
            Lie::Names | Lie::TooMuch | Lie::Nothing => return Err(StatusCode::Eof),
        };
        let files = names.iter().map(|name| File::new(*name, facts())).collect();
        Ok(Name { id, files })
    }

    async fn open(
        &mut self,
        id: u32,
        handle: String,
        _: OpenFlags,
        _: FileAttributes,
    ) -> Result<Handle, StatusCode> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        Ok(Handle { id, handle })
    }

    async fn read(&mut self, id: u32, _: String, _: u64, asked: u32) -> Result<Data, StatusCode> {
        let length = match self.lie {
            Lie::TooMuch => asked as usize + 1,
            Lie::Nothing => 0,
            Lie::Names | Lie::NoEnd | Lie::EmptyPages => asked as usize,
        };
        let data = vec![7; length];
        Ok(Data { id, data })
    }

    async fn stat(&mut self, id: u32, _: String) -> Result<Attrs, StatusCode> {
        Ok(Attrs { id, attrs: facts() })
    }

    async fn close(&mut self, id: u32, _: String) -> Result<Status, StatusCode> {
        Ok(Status {
            id,
            status_code: StatusCode::Ok,
            error_message: String::new(),
            language_tag: String::new(),
        })
    }
}

struct Hostile {
    server: Server,
    opened: Arc<AtomicUsize>,
    passwords: Arc<AtomicUsize>,
}

async fn hostile(lie: Lie) -> Hostile {
    let key = PrivateKey::from(Ed25519Keypair::from_seed(&[7; 32]));
    let pinned = key.public_key().fingerprint(HashAlg::Sha256).to_string();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = Arc::new(russh::server::Config {
        keys: vec![key],
        ..Default::default()
    });
    let opened = Arc::new(AtomicUsize::new(0));
    let passwords = Arc::new(AtomicUsize::new(0));
    let counted = (opened.clone(), passwords.clone());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let liar = Liar {
                lie,
                channels: HashMap::new(),
                opened: counted.0.clone(),
                passwords: counted.1.clone(),
            };
            let session = russh::server::run_stream(config.clone(), stream, liar).await;
            tokio::spawn(async move { session.unwrap().await.ok() });
        }
    });
    let server = Server {
        host: "127.0.0.1".to_owned(),
        port,
        user: "ent".to_owned(),
        proof: Proof::Password(Zeroizing::new(PASSWORD.to_owned())),
        host_key: HostKey::parse(&pinned).unwrap(),
        path: "/out".to_owned(),
    };
    Hostile {
        server,
        opened,
        passwords,
    }
}

fn room(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("portique-{name}-{}", std::process::id()));
    std::fs::remove_dir_all(&path).unwrap_or_default();
    path
}

fn everything_below(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let below = everything_below(&entry.path());
            all.extend(below.iter().map(|inner| format!("{name}/{inner}")));
        } else {
            all.push(name);
        }
    }
    all.sort();
    all
}

#[tokio::test]
async fn no_name_of_the_server_leads_out_of_the_spool() {
    let hostile = hostile(Lie::Names).await;
    let room = room("hostile-names");
    let spool = Spool::open(&room.join("a/spool"), u64::MAX).unwrap();
    let connection = Connection::open(&hostile.server).await.unwrap();
    let listing = connection.list().await.unwrap();
    let names: Vec<&str> = listing
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(names, ["good.tgz"]);
    // Those that begin with a dot count as hidden.
    assert_eq!(listing.odd_names, HARM.len() - 3);
    // Not even for a caller who did not look at the list.
    for name in HARM {
        let file = RemoteFile {
            name: name.to_owned(),
            size: 1000,
            modified: 5,
        };
        let refused = connection.fetch(&file, &spool).await.unwrap_err();
        assert!(matches!(refused, SftpError::Changed(_)), "{name:?}");
    }
    assert_eq!(hostile.opened.load(Ordering::SeqCst), 0);
    connection.fetch(&listing.files[0], &spool).await.unwrap();
    assert_eq!(everything_below(&room), ["a/spool/good.tgz"]);
    assert!(!Path::new("/tmp/portique-out.tgz").exists());
    std::fs::remove_dir_all(room).unwrap();
}

#[tokio::test]
async fn a_list_without_an_end_ends() {
    for lie in [Lie::NoEnd, Lie::EmptyPages] {
        let hostile = hostile(lie).await;
        let connection = Connection::open(&hostile.server).await.unwrap();
        let refused = connection.list().await.unwrap_err();
        assert!(matches!(refused, SftpError::TooMany(_)), "{refused}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_what_was_asked_for_is_not_taken() {
    for lie in [Lie::TooMuch, Lie::Nothing] {
        let hostile = hostile(lie).await;
        let room = room("hostile-answers");
        let spool = Spool::open(&room, u64::MAX).unwrap();
        let connection = Connection::open(&hostile.server).await.unwrap();
        let file = connection.list().await.unwrap().files.remove(0);
        let refused = connection.fetch(&file, &spool).await.unwrap_err();
        assert!(matches!(refused, SftpError::Changed(_)), "{refused}");
        assert_eq!(everything_below(&room), Vec::<String>::new());
        std::fs::remove_dir_all(room).unwrap();
    }
}

#[tokio::test]
async fn a_password_goes_out_only_to_the_pinned_key_and_a_wrong_one_is_told() {
    let hostile = hostile(Lie::Names).await;
    let mut other = hostile.server.clone();
    other.host_key = HostKey::parse("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU").unwrap();
    let refused = Connection::open(&other).await.err().unwrap();
    assert!(matches!(refused, SftpError::HostKey { .. }), "{refused}");
    assert_eq!(hostile.passwords.load(Ordering::SeqCst), 0);
    let mut wrong = hostile.server;
    wrong.proof = Proof::Password(Zeroizing::new("another".to_owned()));
    let refused = Connection::open(&wrong).await.err().unwrap();
    assert!(matches!(refused, SftpError::LoginRefused), "{refused}");
    assert_eq!(hostile.passwords.load(Ordering::SeqCst), 1);
}
