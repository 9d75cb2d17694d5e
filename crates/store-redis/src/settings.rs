//! Where the server is and how it is spoken to.

use core::time::Duration;
use redis::{Client, IntoConnectionInfo as _};

/// How to reach a server.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://[user@]host[:port][/number]`, or `unix:///path`. It holds no password.
    pub address: String,
    /// The password, if the server wants one.
    pub password: Option<String>,
    /// What names of keys begin with: 1 to 32 letters, digits, or any of `: _ - . { }`.
    pub prefix: String,
    /// How long one call may take, its second try included.
    pub time_limit: Duration,
}

impl core::fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("RedisSettings(…)")
    }
}

/// What is wrong with the settings. None of these holds a value: an address may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// The address does not read.
    #[error("address: not an address. Write redis://host:6379/0 or unix:///run/redis/redis.sock")]
    Address,
    /// The address asks for TLS.
    #[error(
        "address: rediss:// (TLS) is not spoken yet. Keep the server on a private network, or use a tunnel"
    )]
    Tls,
    /// The address holds a password.
    #[error(
        "address: holds a password. Put the password alone into a file and name it in password_file"
    )]
    Password,
    /// The prefix has other characters, or none, or too many.
    #[error("prefix: 1 to 32 letters, digits, or any of : _ - . {{ }}")]
    Prefix,
    /// No time at all.
    #[error("timeout_ms: between 50 and 30000")]
    TimeLimit,
}

impl RedisSettings {
    /// Checks everything that can be checked without the server.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), SettingsFault> {
        crate::keys::Keys::new(&self.prefix).ok_or(SettingsFault::Prefix)?;
        let limits = Duration::from_millis(50)..=Duration::from_secs(30);
        if !limits.contains(&self.time_limit) {
            return Err(SettingsFault::TimeLimit);
        }
        self.client().map(drop)
    }

    /// The client of these settings; nothing is sent yet.
    pub(crate) fn client(&self) -> Result<Client, SettingsFault> {
        if self.address.starts_with("rediss:") {
            return Err(SettingsFault::Tls);
        }
        let info = self.address.as_str().into_connection_info();
        let info = info.map_err(|_| SettingsFault::Address)?;
        if info.redis_settings().password().is_some() {
            return Err(SettingsFault::Password);
        }
        let mut server = info.redis_settings().clone();
        if let Some(password) = &self.password {
            server = server.set_password(password);
        }
        // A peer that vanished without a word is noticed by the kernel, not after its minutes of
        // retransmission.
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        let tcp = tcp.set_user_timeout(self.time_limit.saturating_mul(2));
        let info = info.set_redis_settings(server).set_tcp_settings(tcp);
        Client::open(info).map_err(|_| SettingsFault::Address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(address: &str) -> RedisSettings {
        RedisSettings {
            address: address.to_owned(),
            password: None,
            prefix: "portique:".to_owned(),
            time_limit: Duration::from_secs(2),
        }
    }

    #[test]
    fn a_wrong_setting_is_named_without_its_value() {
        for good in [
            "redis://redis.internal:6379/1",
            "redis://gate@[::1]",
            "unix:///run/redis.sock",
        ] {
            assert_eq!(settings(good).check(), Ok(()), "{good}");
        }
        for (bad, fault) in [
            ("http://host", SettingsFault::Address),
            ("", SettingsFault::Address),
            ("rediss://host", SettingsFault::Tls),
            ("redis://:hush@host", SettingsFault::Password),
            ("redis://gate:hush@host", SettingsFault::Password),
            ("unix:///run/redis.sock?pass=hush", SettingsFault::Password),
        ] {
            assert_eq!(settings(bad).check(), Err(fault), "{bad}");
            assert!(!fault.to_string().contains("hush"));
        }
        let shown = format!("{:?}", settings("redis://:hush@host"));
        assert!(!shown.contains("hush"));
        for prefix in ["", "a b", "é", &"a".repeat(33)] {
            let prefix = prefix.to_owned();
            let bad = RedisSettings {
                prefix,
                ..settings("redis://host")
            };
            assert_eq!(bad.check(), Err(SettingsFault::Prefix));
        }
    }
}
