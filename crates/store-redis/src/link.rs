//! The connection: one, shared by all calls, made again when it was lost.
//!
//! Not the connection manager of the client library: that one keeps a connection attempt that failed
//! for another reason than the network (a password refused, a server still loading) until the process
//! ends.

use core::time::Duration;
use portique_store::{Result, StoreError};
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisError, ScriptInvocation,
    ServerErrorKind,
};
use tokio::sync::Mutex;

/// What is asked of the server.
pub(crate) enum Ask<'a> {
    /// One command.
    Command(Cmd),
    /// One script.
    Script(&'a ScriptInvocation<'a>),
}

impl From<Cmd> for Ask<'_> {
    fn from(command: Cmd) -> Self {
        Self::Command(command)
    }
}

impl<'a> From<&'a ScriptInvocation<'a>> for Ask<'a> {
    fn from(script: &'a ScriptInvocation<'a>) -> Self {
        Self::Script(script)
    }
}

impl Ask<'_> {
    async fn put<T: FromRedisValue>(
        &self,
        connection: &mut (impl ConnectionLike + Send),
    ) -> core::result::Result<T, RedisError> {
        match self {
            Self::Command(command) => command.query_async(connection).await,
            Self::Script(script) => script.invoke_async(connection).await,
        }
    }
}

/// Why a call failed, without a word of what was sent: the library's own texts may quote it.
#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("no answer within the time limit")]
    Slow,
    #[error("the connection failed: {0}")]
    Connection(String),
    #[error("the server answered {0}")]
    Answer(String),
}

/// A connection, and the how-manieth it is.
#[derive(Default)]
struct Current {
    number: u64,
    connection: Option<MultiplexedConnection>,
}

/// The way to the server.
pub(crate) struct Link {
    client: Client,
    limit: Duration,
    current: Mutex<Current>,
}

impl Link {
    /// Nothing is sent yet.
    pub(crate) fn new(client: Client, limit: Duration) -> Self {
        Self {
            client,
            limit,
            current: Mutex::default(),
        }
    }

    /// Asks what may be asked twice: once more when the connection was lost under way.
    pub(crate) async fn twice<'a, T: FromRedisValue>(
        &self,
        table: &'static str,
        ask: impl Into<Ask<'a>>,
    ) -> Result<T> {
        let ask = ask.into();
        self.within(table, async {
            match self.put(&ask).await {
                Err(error) if error.is_io_error() => self.put(&ask).await,
                done => done,
            }
        })
        .await
    }

    /// Asks what must not be asked twice: whether it was done is not known when the answer is lost.
    pub(crate) async fn once<'a, T: FromRedisValue>(
        &self,
        table: &'static str,
        ask: impl Into<Ask<'a>>,
    ) -> Result<T> {
        let ask = ask.into();
        self.within(table, self.put(&ask)).await
    }

    async fn within<T>(
        &self,
        table: &'static str,
        call: impl Future<Output = core::result::Result<T, RedisError>>,
    ) -> Result<T> {
        if let Ok(done) = tokio::time::timeout(self.limit, call).await {
            return done.map_err(|error| meaning(table, &error));
        }
        // A peer that does not answer may be gone; the next call finds out with a new connection.
        self.lose(None).await;
        Err(StoreError::Unavailable(Box::new(Cause::Slow)))
    }

    async fn put<T: FromRedisValue>(&self, ask: &Ask<'_>) -> core::result::Result<T, RedisError> {
        let (number, mut connection) = self.connect().await?;
        let done = ask.put(&mut connection).await;
        if let Err(error) = &done
            && error.is_unrecoverable_error()
        {
            self.lose(Some(number)).await;
        }
        done
    }

    /// The connection there is, or a new one. Those who come meanwhile wait for the same.
    async fn connect(&self) -> core::result::Result<(u64, MultiplexedConnection), RedisError> {
        let mut current = self.current.lock().await;
        if let Some(connection) = &current.connection {
            return Ok((current.number, connection.clone()));
        }
        let settings = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.limit))
            .set_response_timeout(None);
        let fresh = self
            .client
            .get_multiplexed_async_connection_with_config(&settings)
            .await?;
        current.number += 1;
        current.connection = Some(fresh.clone());
        Ok((current.number, fresh))
    }

    /// Gives a connection up, unless another one has taken its place. Whoever is just connecting keeps
    /// what he makes.
    async fn lose(&self, number: Option<u64>) {
        if number.is_none() {
            if let Ok(mut current) = self.current.try_lock() {
                current.connection = None;
            }
            return;
        }
        let mut current = self.current.lock().await;
        if number == Some(current.number) {
            current.connection = None;
        }
    }
}

/// What a failure means to those who asked.
fn meaning(table: &'static str, error: &RedisError) -> StoreError {
    let code = error.code().unwrap_or_default().to_owned();
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a foreign enum; what is not named is an outage"
    )]
    match error.kind() {
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => StoreError::Corrupt(table),
        ErrorKind::Extension if code == "WRONGTYPE" => StoreError::Corrupt(table),
        ErrorKind::Extension if matches!(code.as_str(), "OOM" | "MISCONF" | "NOREPLICAS") => {
            StoreError::CannotWrite(Box::new(Cause::Answer(code)))
        }
        ErrorKind::Server(ServerErrorKind::ReadOnly) => {
            StoreError::CannotWrite(Box::new(Cause::Answer(code)))
        }
        ErrorKind::Server(_) | ErrorKind::Extension => {
            StoreError::Unavailable(Box::new(Cause::Answer(code)))
        }
        kind => StoreError::Unavailable(Box::new(Cause::Connection(format!("{kind:?}")))),
    }
}
