//! The pool, and work on one of its connections.

use super::faults::{Told, failed, is_lost};
use super::link::Link;
use super::migrations::migrate;
use super::settings::{PostgresSettings, SettingsFault};
use crate::records::{About, Connection, Engine, Fault, Work};
use core::time::Duration;
use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use portique_store::StoreError;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use tokio::runtime::{Builder, Handle, Runtime as Own};

/// Words that begin a reading: all its statements see one state.
const READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The connections to one server. Cheap to clone.
///
/// They live on a runtime of their own, so that work which blocks for an answer waits for nobody who
/// waits for it.
#[derive(Clone)]
pub struct Postgres {
    shared: Arc<Shared>,
}

struct Shared {
    own: Option<Own>,
    handle: Handle,
    pool: Pool,
    limit: Duration,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(own) = self.own.take() {
            own.shutdown_background();
        }
    }
}

impl Postgres {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(settings: &PostgresSettings) -> Result<Self, StoreError> {
        let engine = Self::new(settings)?;
        engine.on_thread(migrate).await??;
        Ok(engine)
    }

    /// Makes the pool; nothing is sent yet.
    fn new(settings: &PostgresSettings) -> Result<Self, StoreError> {
        let own = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("records-postgres")
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let refused = |fault: SettingsFault| StoreError::Unavailable(Box::new(fault));
        let config = settings.config().map_err(refused)?;
        let tls = settings.tls().map_err(refused)?;
        let fast = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let limit = settings.time_limit;
        let pool = Pool::builder(Manager::from_config(config, tls, fast))
            .max_size(settings.connections)
            .runtime(Runtime::Tokio1)
            .timeouts(deadpool_postgres::Timeouts {
                wait: Some(limit),
                create: Some(limit),
                recycle: Some(limit),
            })
            .build()
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(Self {
            shared: Arc::new(Shared {
                handle: own.handle().clone(),
                own: Some(own),
                pool,
                limit,
            }),
        })
    }

    /// So many connections at most.
    pub(crate) fn most(&self) -> usize {
        self.shared.pool.status().max_size
    }

    fn object(&self) -> Result<Object, StoreError> {
        let taken = self.shared.handle.block_on(self.shared.pool.get());
        taken.map_err(|error| match error {
            PoolError::Backend(error) => failed(&error),
            PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => Told::Taken.unavailable(),
            PoolError::Timeout(_) => Told::Late.unavailable(),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Told::Away(io::ErrorKind::NotConnected).unavailable()
            }
        })
    }

    /// A connection for a thread that may block.
    pub(crate) fn link(&self, words: impl Into<String>) -> Result<Link, StoreError> {
        let shared = &self.shared;
        Ok(Link::new(
            shared.handle.clone(),
            self.object()?,
            shared.limit,
            words,
        ))
    }

    /// Something that takes a connection as a whole, and leaves it closed. For a thread that may block.
    pub(super) fn with_whole_client<T>(
        &self,
        act: impl AsyncFnOnce(&mut tokio_postgres::Client) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut client = Object::take(self.object()?);
        self.shared.handle.block_on(act(&mut client))
    }

    /// Does something on a thread that may block.
    pub(crate) async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let this = self.clone();
        let done = self.shared.handle.spawn_blocking(move || work(&this)).await;
        done.map_err(|_| Told::CutOff.unavailable())
    }

    /// Starts something on a thread that may block.
    pub(crate) fn begin(&self, work: impl FnOnce(&Self) + Send + 'static) {
        let this = self.clone();
        drop(self.shared.handle.spawn_blocking(move || work(&this)));
    }

    /// Reads once more when the connection dropped under the reading, and not a third time.
    fn reading<T>(&self, work: impl Fn(&Connection<'_>) -> Work<T>) -> Result<T, StoreError> {
        match self.reading_once(&work)? {
            Err(Fault::Postgres(error)) if is_lost(&error) => {
                self.forget_idle();
                Ok(self.reading_once(&work)??)
            }
            answer => Ok(answer?),
        }
    }

    /// Where one connection dropped the others may have, and not know it yet.
    fn forget_idle(&self) {
        drop(self.shared.pool.retain(|_, _| false));
    }

    fn reading_once<T>(
        &self,
        work: impl FnOnce(&Connection<'_>) -> Work<T>,
    ) -> Result<Work<T>, StoreError> {
        let link = self.link(READING)?;
        let answer = work(&Connection::Postgres(&link));
        link.leave();
        Ok(answer)
    }

    /// Reads what takes its time, once: every person that is known.
    pub(crate) fn reading_long<T>(
        &self,
        work: impl FnOnce(&Connection<'_>) -> Work<T>,
    ) -> Result<T, StoreError> {
        let link = self.link(READING)?;
        link.without_limit();
        let answer = work(&Connection::Postgres(&link));
        link.leave();
        Ok(answer?)
    }

    /// One transaction; an error leaves nothing.
    pub(crate) fn writing<T>(
        &self,
        about: About,
        work: impl FnOnce(&Connection<'_>) -> Work<T>,
    ) -> Result<T, StoreError> {
        let words = format!("BEGIN; SELECT pg_advisory_xact_lock({})", lock(about));
        self.ended(self.link(words)?, work)
    }

    /// The same for what takes its time, and waits for its turn as long as it takes.
    pub(crate) fn writing_long<T>(
        &self,
        about: About,
        work: impl FnOnce(&Connection<'_>) -> Work<T>,
    ) -> Result<T, StoreError> {
        let link = self.link(format!(
            "BEGIN; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({})",
            lock(about)
        ))?;
        link.without_limit();
        self.ended(link, work)
    }

    fn ended<T>(
        &self,
        link: Link,
        work: impl FnOnce(&Connection<'_>) -> Work<T>,
    ) -> Result<T, StoreError> {
        match work(&Connection::Postgres(&link)) {
            Ok(value) => {
                link.commit()?;
                Ok(value)
            }
            Err(fault) => {
                link.roll_back();
                if let Fault::Postgres(error) = &fault
                    && is_lost(error)
                {
                    self.forget_idle();
                }
                Err(fault.into())
            }
        }
    }
}

/// The number of the lock that acts about one thing take. Two persons may share one, and then wait for
/// each other.
pub(crate) fn lock(about: About) -> i64 {
    match about {
        About::Person(person) => {
            let (high, low) = person.0.as_u64_pair();
            // Negative, so that no person meets a number below.
            (high.rotate_left(32) ^ low).cast_signed() | i64::MIN
        }
        About::Rights => 7_001,
        About::Charters => 7_002,
        About::Keys => 7_003,
        About::Partners => 7_004,
        About::Resources => 7_005,
        About::Feeds => 7_006,
        About::Sources => 7_007,
    }
}

impl Engine for Postgres {
    type Stages = ();

    const ALONE: bool = false;

    /// Other nodes write as well.
    fn writings(&self) -> Option<u64> {
        None
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        self.on_thread(move |this| this.reading(work)).await?
    }

    async fn read_list<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        self.on_thread(move |this| this.reading(work)).await?
    }

    fn read_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        // On a thread of ours: the one that asks may belong to a runtime.
        let (reply, answer) = sync_channel(1);
        self.begin(move |this| drop(reply.send(this.reading(work))));
        answer.recv().map_err(|_| Told::CutOff.unavailable())?
    }

    async fn write_then<T, F, A>(&self, about: About, work: F, after: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection<'_>) -> Work<T> + Send + 'static,
        A: FnOnce() + Send + 'static,
    {
        self.on_thread(move |this| {
            let done = this.writing(about, work);
            after();
            done
        })
        .await?
    }
}
