//! The bytes of a line that its hash covers, and that the spool carries: every column in order, each
//! with its length, so that no two lines have the same bytes.

use super::line::Line;
use super::opening::OpeningColumns;
use std::borrow::Cow;

const ABSENT: u8 = 0;
const PRESENT: u8 = 1;

impl Line {
    /// The canonical bytes.
    pub(super) fn to_canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(384);
        let mut put = |bytes: Option<&[u8]>| match bytes {
            None => out.push(ABSENT),
            Some(bytes) => {
                out.push(PRESENT);
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                out.extend_from_slice(&length.to_be_bytes());
                out.extend_from_slice(bytes);
            }
        };
        put(Some(&self.id));
        put(Some(&self.at.to_be_bytes()));
        put(Some(&self.correlation));
        put(Some(self.phase.as_bytes()));
        put(Some(self.code.as_bytes()));
        put(Some(self.result.as_bytes()));
        put(self.reason.as_ref().map(|code| code.as_bytes()));
        put(self.actor_kind.as_ref().map(|code| code.as_bytes()));
        put(self.actor.as_deref());
        put(self.profile.as_ref().map(|code| code.as_bytes()));
        put(self.establishment.as_ref().map(<[u8; 16]>::as_slice));
        put(self.target.as_deref());
        put(self.address.as_deref());
        put(self.session.as_deref());
        put(self.device.as_ref().map(|code| code.as_bytes()));
        put(self.reference.as_ref().map(|code| code.as_bytes()));
        // Nothing at all when nothing was opened: what was written before openings were kept has the
        // same bytes as ever.
        if let Some(opening) = &self.opening {
            put(Some(opening.partner.as_bytes()));
            put(Some(opening.rest.as_bytes()));
        }
        out
    }

    /// Reads canonical bytes; `None` when they are none.
    pub(super) fn from_canonical(bytes: &[u8]) -> Option<Self> {
        let mut columns = Columns(bytes);
        let line = Self {
            id: columns.array()??,
            at: i64::from_be_bytes(columns.array()??),
            correlation: columns.array()??,
            phase: columns.text()??,
            code: columns.text()??,
            result: columns.text()??,
            reason: columns.text()?,
            actor_kind: columns.text()?,
            actor: columns.bytes()?.map(<[u8]>::to_vec),
            profile: columns.text()?,
            establishment: columns.array()?,
            target: columns.bytes()?.map(<[u8]>::to_vec),
            address: columns.bytes()?.map(<[u8]>::to_vec),
            session: columns.bytes()?.map(<[u8]>::to_vec),
            device: columns.text()?,
            reference: columns.text()?,
            opening: columns.opening()?,
        };
        columns.0.is_empty().then_some(line)
    }
}

/// What is left to read. Each reading answers `None` when the bytes break off.
struct Columns<'a>(&'a [u8]);

impl<'a> Columns<'a> {
    #[expect(
        clippy::option_option,
        reason = "outside: whether it reads; inside: whether the column is there"
    )]
    fn bytes(&mut self) -> Option<Option<&'a [u8]>> {
        let (tag, rest) = self.0.split_first()?;
        self.0 = rest;
        match *tag {
            ABSENT => Some(None),
            PRESENT => {
                let (length, rest) = rest.split_first_chunk::<4>()?;
                let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
                let (bytes, rest) = rest.split_at_checked(length)?;
                self.0 = rest;
                Some(Some(bytes))
            }
            _ => None,
        }
    }

    #[expect(clippy::option_option, reason = "as for bytes")]
    fn opening(&mut self) -> Option<Option<OpeningColumns>> {
        if self.0.is_empty() {
            return Some(None);
        }
        Some(Some(OpeningColumns {
            partner: self.text()??.into_owned(),
            rest: self.text()??.into_owned(),
        }))
    }

    #[expect(clippy::option_option, reason = "as for bytes")]
    fn array<const N: usize>(&mut self) -> Option<Option<[u8; N]>> {
        match self.bytes()? {
            None => Some(None),
            Some(bytes) => bytes.try_into().ok().map(Some),
        }
    }

    #[expect(clippy::option_option, reason = "as for bytes")]
    fn text(&mut self) -> Option<Option<Cow<'static, str>>> {
        match self.bytes()? {
            None => Some(None),
            Some(bytes) => {
                let text = core::str::from_utf8(bytes).ok()?;
                Some(Some(text.to_owned().into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            id: [1; 16],
            at: -5,
            correlation: [2; 16],
            phase: "fact".into(),
            code: "fault".into(),
            result: "failed".into(),
            reason: None,
            actor_kind: Some("person".into()),
            actor: Some(vec![3; 44]),
            profile: Some("National_ELV".into()),
            establishment: Some([4; 16]),
            target: None,
            address: Some(Vec::new()),
            session: None,
            device: None,
            reference: Some("K7R4MD".into()),
            opening: None,
        }
    }

    fn opened() -> Line {
        Line {
            opening: Some(OpeningColumns {
                partner: "moodle".into(),
                rest: "3 nom ark:/1/a".into(),
            }),
            ..line()
        }
    }

    #[test]
    fn a_line_reads_back_and_a_broken_one_does_not() {
        let bytes = line().to_canonical();
        assert_eq!(Line::from_canonical(&bytes), Some(line()));
        for length in 0..bytes.len() {
            assert_eq!(Line::from_canonical(&bytes[..length]), None);
        }
    }

    #[test]
    fn an_opening_follows_and_is_read_whole_or_not_at_all() {
        let (before, bytes) = (line().to_canonical(), opened().to_canonical());
        assert_eq!(bytes.get(..before.len()), Some(before.as_slice()));
        assert_eq!(Line::from_canonical(&bytes), Some(opened()));
        for length in before.len() + 1..bytes.len() {
            assert_eq!(Line::from_canonical(&bytes[..length]), None);
        }
    }

    #[test]
    fn absent_and_empty_are_two_things() {
        let mut other = line();
        other.address = None;
        assert_ne!(other.to_canonical(), line().to_canonical());
    }
}
