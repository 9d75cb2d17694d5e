//! One keep-alive HTTP/1.1 client with a jar of cookies. It follows nothing.

use anyhow::{Context as _, bail, ensure};
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use url::form_urlencoded::Serializer;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The gateway closes connections that say nothing for ten seconds.
const STALE: Duration = Duration::from_secs(4);

/// No page is longer.
const LONGEST_BODY: u64 = 4 * 1024 * 1024;

/// Lines of a head at most.
const LONGEST_HEAD: usize = 200;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Path and query of `Location`.
    pub location: Option<String>,
    /// Body.
    pub body: String,
}

/// A browser, as far as the gateway can tell.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    /// The loopback address that we come from.
    source: [u8; 4],
    host: String,
    stream: Option<(BufReader<TcpStream>, Instant)>,
    jar: Vec<(String, String)>,
}

impl Client {
    /// A client of the gateway that listens on a port of this machine.
    pub fn new(port: u16) -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            source: [127, 0, 0, 1],
            host: format!("localhost:{port}"),
            stream: None,
            jar: Vec::new(),
        }
    }

    /// From now on it comes from another loopback address: another network, as the gateway counts them.
    pub fn come_from(&mut self, source: [u8; 4]) {
        self.source = source;
        self.stream = None;
    }

    /// GET.
    pub fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, None, None)
    }

    /// GET by a machine, with a header `Authorization`.
    pub fn get_with(&mut self, path: &str, authorization: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, None, Some(authorization))
    }

    /// POST of a form.
    pub fn post<K: AsRef<str>, V: AsRef<str>>(
        &mut self,
        path: &str,
        form: &[(K, V)],
    ) -> anyhow::Result<Answer> {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        self.send("POST", path, Some(&body), None)
    }

    /// POST of a form by a machine, with a header `Authorization`; no page sends it.
    pub fn post_with(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        authorization: &str,
    ) -> anyhow::Result<Answer> {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        self.send("POST", path, Some(&body), Some(authorization))
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let found = self.jar.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Sets a cookie, or replaces it.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.forget(name);
        self.jar.push((name.to_owned(), value.to_owned()));
    }

    /// Forgets a cookie.
    pub fn forget(&mut self, name: &str) {
        self.jar.retain(|(known, _)| known != name);
    }

    /// Forgets all cookies: another browser, on the same connection.
    pub fn forget_all(&mut self) {
        self.jar.clear();
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&str>,
        authorization: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let request = self.request(method, path, body, authorization);
        let mut stream = self.connection()?;
        stream.get_mut().write_all(request.as_bytes())?;
        let head = Head::read(&mut stream)?;
        let text = head.body(&mut stream)?;
        for line in &head.cookies {
            self.keep(line);
        }
        if !head.closes {
            self.stream = Some((stream, Instant::now()));
        }
        Ok(Answer {
            status: head.status,
            location: head.location.as_deref().map(local),
            body: text,
        })
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        authorization: Option<&str>,
    ) -> String {
        let mut out = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Mozilla/5.0 (bench)\r\nAccept: text/html\r\n",
            self.host
        );
        if !self.jar.is_empty() {
            let pairs: Vec<String> = self
                .jar
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            out.push_str(&format_line("Cookie", &pairs.join("; ")));
        }
        if let Some(authorization) = authorization {
            out.push_str(&format_line("Authorization", authorization));
        }
        if let Some(body) = body {
            if authorization.is_none() {
                out.push_str(&format_line("Origin", &format!("http://{}", self.host)));
                out.push_str("Sec-Fetch-Site: same-origin\r\n");
            }
            out.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
            out.push_str(&format_line("Content-Length", &body.len().to_string()));
        }
        out.push_str("\r\n");
        out.push_str(body.unwrap_or_default());
        out
    }

    fn connection(&mut self) -> anyhow::Result<BufReader<TcpStream>> {
        if let Some((stream, used)) = self.stream.take()
            && used.elapsed() < STALE
        {
            return Ok(stream);
        }
        let unbound = socket(AddressFamily::INET, SocketType::STREAM, None)?;
        bind(&unbound, &SocketAddr::from((self.source, 0)))?;
        connect(&unbound, &self.address)?;
        let stream = TcpStream::from(unbound);
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }

    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let Some((name, value)) = pair.trim().split_once('=') else {
            return;
        };
        let gone = attributes
            .split(';')
            .any(|attribute| attribute.trim() == "Max-Age=0");
        if gone {
            self.forget(name);
        } else {
            self.set_cookie(name, value);
        }
    }
}

fn format_line(name: &str, value: &str) -> String {
    format!("{name}: {value}\r\n")
}

/// Addresses of our own come with or without scheme and host.
fn local(location: &str) -> String {
    match location.split_once("://") {
        Some((_, rest)) => match rest.split_once('/') {
            Some((_, path)) => format!("/{path}"),
            None => "/".to_owned(),
        },
        None => location.to_owned(),
    }
}

#[derive(Debug, Default)]
struct Head {
    status: u16,
    location: Option<String>,
    cookies: Vec<String>,
    length: Option<u64>,
    chunked: bool,
    closes: bool,
}

impl Head {
    fn read(stream: &mut BufReader<TcpStream>) -> anyhow::Result<Self> {
        let first = line(stream)?;
        let mut head = Self {
            status: first
                .split(' ')
                .nth(1)
                .and_then(|word| word.parse().ok())
                .with_context(|| format!("no status line: {first:?}"))?,
            ..Self::default()
        };
        for _ in 0..LONGEST_HEAD {
            let text = line(stream)?;
            if text.is_empty() {
                return Ok(head);
            }
            let Some((name, value)) = text.split_once(':') else {
                bail!("no header: {text:?}");
            };
            head.take(&name.to_ascii_lowercase(), value.trim());
        }
        bail!("a head without end")
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "location" => self.location = Some(value.to_owned()),
            "set-cookie" => self.cookies.push(value.to_owned()),
            "content-length" => self.length = value.parse().ok(),
            "transfer-encoding" => self.chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => self.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }

    fn body(&self, stream: &mut BufReader<TcpStream>) -> anyhow::Result<String> {
        let mut bytes = Vec::new();
        if self.chunked {
            loop {
                let size = line(stream)?;
                let size = u64::from_str_radix(size.trim(), 16).context("no chunk size")?;
                take(stream, size, &mut bytes)?;
                ensure!(line(stream)?.is_empty(), "a chunk is longer than it says");
                if size == 0 {
                    break;
                }
            }
        } else {
            take(stream, self.length.unwrap_or(0), &mut bytes)?;
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn line(stream: &mut BufReader<TcpStream>) -> anyhow::Result<String> {
    let mut text = String::new();
    stream.take(16 * 1024).read_line(&mut text)?;
    ensure!(text.ends_with('\n'), "the connection broke off");
    Ok(text.trim_end().to_owned())
}

fn take(stream: &mut BufReader<TcpStream>, size: u64, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
    ensure!(size <= LONGEST_BODY, "a body of {size} bytes");
    let read = stream.take(size).read_to_end(bytes)?;
    ensure!(u64::try_from(read)? == size, "the connection broke off");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_cleared_is_gone() {
        let mut client = Client::new(1);
        client.keep("a=1; Path=/; Secure");
        client.keep("b=2; Path=/");
        client.keep("a=3; Path=/");
        assert_eq!(client.cookie("a"), Some("3"));
        client.keep("a=; Path=/; Max-Age=0");
        assert_eq!(client.cookie("a"), None);
        assert!(
            client
                .request("GET", "/", None, None)
                .contains("\r\nCookie: b=2\r\n")
        );
    }

    #[test]
    fn a_location_is_a_path_of_the_gateway() {
        assert_eq!(local("/a?b"), "/a?b");
        assert_eq!(local("http://localhost:1/a?b"), "/a?b");
        assert_eq!(local("http://localhost:1"), "/");
    }
}
