//! A record as it stands in a file, before anything is understood of it.

/// What a request asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operation {
    /// `addRequest`: the whole record.
    #[default]
    Add,
    /// `modifyRequest`: some attributes.
    Modify,
    /// `deleteRequest`: category and id alone.
    Delete,
}

/// Why a value did not get into the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Longer than 4 KiB.
    TooLong,
    /// A reference that is none of ours.
    UnknownEntity,
    /// A control character.
    Control,
    /// More than 500 values, or 200 attributes.
    TooMany,
    /// More than 256 KiB of text in one record: nothing of it is kept.
    RecordTooLarge,
    /// A `modification` that is no `replace`, the only operation there is (aaf §1).
    Operation,
}

type Span = (u32, u32);

#[derive(Clone, Copy, Debug)]
struct Attr {
    name: Span,
    first: u32,
    count: u32,
}

/// One record. Its memory is used again for the next one.
#[derive(Debug, Default)]
pub struct RawRecord {
    /// What is asked.
    pub operation: Operation,
    /// Line where the request begins, from 1.
    pub line: u64,
    /// Category word, as written.
    pub category: String,
    /// `identifier/id`, as written.
    pub id: String,
    /// Values that were left out, with the name of their attribute.
    pub flaws: Vec<(String, Flaw)>,
    text: String,
    attrs: Vec<Attr>,
    values: Vec<Span>,
}

/// Attributes in one record.
const MOST_ATTRIBUTES: usize = 200;
/// Values in one attribute.
const MOST_VALUES: u32 = 500;
/// Text of one record; a real one has 3 KiB.
const MOST_TEXT: usize = 256 * 1024;
/// Flaws told about one record; the record is known to be bad by then.
const MOST_FLAWS: usize = 16;

impl RawRecord {
    /// The values of an attribute, empty ones left out, in the order of the file.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.attrs
            .iter()
            .filter(move |attr| self.slice(attr.name) == name)
            .flat_map(|attr| {
                let first = attr.first as usize;
                let spans = self.values.get(first..first + attr.count as usize);
                spans
                    .unwrap_or_default()
                    .iter()
                    .map(|span| self.slice(*span))
            })
    }

    /// The first value of an attribute, empty when there is none.
    pub fn first(&self, name: &str) -> &str {
        let attr = self
            .attrs
            .iter()
            .find(|attr| attr.count > 0 && self.slice(attr.name) == name);
        attr.and_then(|attr| self.values.get(attr.first as usize))
            .map_or("", |span| self.slice(*span))
    }

    /// The names of the attributes, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attrs.iter().map(|attr| self.slice(attr.name))
    }

    /// Whether an attribute is named and all its values are here, be they none: in a delta an empty
    /// attribute clears, and one that lost a value to a flaw must not.
    pub fn names_whole(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
            && !self.flaws.iter().any(|(known, _)| known == name)
    }

    /// Whether the record passed the cap on its text.
    pub fn is_too_large(&self) -> bool {
        self.flaws
            .iter()
            .any(|(_, flaw)| *flaw == Flaw::RecordTooLarge)
    }

    fn slice(&self, (from, to): Span) -> &str {
        self.text
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    pub(super) fn restart(&mut self, operation: Operation, line: u64) {
        self.operation = operation;
        self.line = line;
        self.category.clear();
        self.id.clear();
        self.flaws.clear();
        self.text.clear();
        self.attrs.clear();
        self.values.clear();
    }

    /// Begins an attribute; `false` when there are too many.
    pub(super) fn begin_attribute(&mut self, name: &str) -> bool {
        if self.attrs.len() >= MOST_ATTRIBUTES {
            self.flaw(name, Flaw::TooMany);
            return false;
        }
        let Some(name) = self.keep(name) else {
            return false;
        };
        let first = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.attrs.push(Attr {
            name,
            first,
            count: 0,
        });
        true
    }

    /// Adds a value to the attribute begun last.
    pub(super) fn add_value(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        let Some(last) = self.attrs.last().copied() else {
            return;
        };
        if last.count >= MOST_VALUES {
            self.flaw_of_last(Flaw::TooMany);
            return;
        }
        let Some(span) = self.keep(value) else {
            return;
        };
        self.values.push(span);
        if let Some(attr) = self.attrs.last_mut() {
            attr.count += 1;
        }
    }

    pub(super) fn flaw_of_last(&mut self, flaw: Flaw) {
        let name = self
            .attrs
            .last()
            .map(|attr| self.slice(attr.name).to_owned());
        self.flaw(&name.unwrap_or_default(), flaw);
    }

    pub(super) fn flaw(&mut self, name: &str, flaw: Flaw) {
        let told = self
            .flaws
            .iter()
            .any(|(known, other)| known == name && *other == flaw);
        if !told && (self.flaws.len() < MOST_FLAWS || flaw == Flaw::RecordTooLarge) {
            // A name is shown in the finding: an over-long one is cut.
            self.flaws.push((name.chars().take(64).collect(), flaw));
        }
    }

    fn keep(&mut self, text: &str) -> Option<Span> {
        if self.text.len() + text.len() > MOST_TEXT {
            self.flaw("", Flaw::RecordTooLarge);
            return None;
        }
        let from = u32::try_from(self.text.len()).ok()?;
        self.text.push_str(text);
        Some((from, u32::try_from(self.text.len()).ok()?))
    }
}
