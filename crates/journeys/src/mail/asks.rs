//! How often a stranger may ask for a mail. Known and unknown names are counted alike, before anybody
//! looks whether they exist.

use crate::login::network_of;
use crate::ports::Entropy;
use core::net::IpAddr;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_jose::mac::MacKey;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The tenth ask for one name from one network within the hour waits (J5: "asks ten times").
const ASKS_FOR_A_NAME: u32 = 9;
const NAME_WINDOW: Duration = Duration::from_hours(1);
/// From one network in ten minutes, whatever the names: a school that comes back from holidays asks
/// some dozens of times.
const ASKS_OF_A_NETWORK: u32 = 200;
const NETWORK_WINDOW: Duration = Duration::from_mins(10);
/// Keys held in memory at most; beyond, windows that ended go, then all of them.
const MEMORY: usize = 100_000;

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Timestamp,
    asks: u32,
}

/// Asks of this node. Keys are digests under a key that dies with the process.
pub(super) struct Asks {
    volatile: MacKey,
    names: Mutex<HashMap<[u8; 32], Window>>,
    networks: Mutex<HashMap<[u8; 32], Window>>,
}

impl core::fmt::Debug for Asks {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Asks(…)")
    }
}

impl Asks {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        Self {
            volatile: MacKey::new(&entropy.bytes()),
            names: Mutex::default(),
            networks: Mutex::default(),
        }
    }

    /// Counts an ask; `Err(wait)` when it is not looked into (M02). A name is counted by network, so
    /// that nobody keeps its owner from asking elsewhere (T-55).
    pub(super) fn admit(
        &self,
        name: &str,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let network = network_of(address);
        let mut both = network.to_vec();
        both.extend_from_slice(name.as_bytes());
        let key = self.volatile.mac("ask-network", &network);
        count(&self.networks, key, ASKS_OF_A_NETWORK, NETWORK_WINDOW, now)?;
        let key = self.volatile.mac("ask-name", &both);
        count(&self.names, key, ASKS_FOR_A_NAME, NAME_WINDOW, now)
    }
}

fn count(
    table: &Mutex<HashMap<[u8; 32], Window>>,
    key: [u8; 32],
    most: u32,
    length: Duration,
    now: Timestamp,
) -> Result<(), Duration> {
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    if table.len() >= MEMORY {
        table.retain(|_, window| now.since(window.began) < length);
        if table.len() >= MEMORY {
            table.clear();
        }
    }
    let fresh = Window {
        began: now,
        asks: 0,
    };
    let window = table.entry(key).or_insert(fresh);
    if now.since(window.began) >= length {
        *window = fresh;
    }
    if window.asks >= most {
        return Err(window.began.plus(length).since(now));
    }
    window.asks += 1;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed;

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn home(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn t55_the_tenth_ask_for_a_name_waits_and_only_where_it_was_asked() {
        let asks = Asks::new(&Fixed);
        let start = Timestamp::from_millis(1_000_000);
        for _ in 0..9 {
            assert_eq!(asks.admit("lea", home(1), start), Ok(()));
        }
        let later = start.plus(Duration::from_mins(20));
        let wait = asks.admit("lea", home(1), later);
        assert_eq!(wait, Err(Duration::from_mins(40)));
        assert_eq!(asks.admit("zoe", home(1), later), Ok(()));
        assert_eq!(asks.admit("lea", home(2), later), Ok(()));
        let end = start.plus(NAME_WINDOW);
        assert_eq!(asks.admit("lea", home(1), end), Ok(()));
    }

    #[test]
    fn a_network_that_asks_for_everybody_waits() {
        let asks = Asks::new(&Fixed);
        let now = Timestamp::from_millis(1_000_000);
        for number in 0..200 {
            assert_eq!(asks.admit(&format!("n{number}"), home(1), now), Ok(()));
        }
        assert_eq!(asks.admit("n200", home(1), now), Err(NETWORK_WINDOW));
        assert_eq!(asks.admit("n200", home(2), now), Ok(()));
    }
}
