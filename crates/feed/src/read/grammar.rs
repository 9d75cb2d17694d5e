//! The grammar `ficAlimMENESR` (aaf §1), as a small machine fed by parser events.

use super::entity;
use super::fault::Fault;
use super::header::Header;
use super::raw::{Flaw, Operation, RawRecord};
use quick_xml::events::BytesStart;

/// The grammar needs five; the rest is room for what it does not know.
const DEEPEST: usize = 16;
/// The longest value kept, in bytes.
const LONGEST_VALUE: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Root,
    Request,
    Operational,
    Identifier,
    Id,
    Attributes,
    OperationalAttr,
    Attr,
    /// An attribute beyond the cap: its values are not kept.
    Surplus,
    Category,
    Value,
    Foreign,
}

/// Where reading stands.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    pub(super) header: Header,
    pub(super) record: RawRecord,
    /// Elements skipped because the grammar has no such child.
    pub(super) foreign: u64,
    stack: Vec<Node>,
    closed: bool,
    value: String,
    flaw: Option<Flaw>,
    escaped_ampersand: bool,
}

impl Grammar {
    /// Whether the root was closed.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn start(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<(), Fault> {
        if self.stack.len() >= DEEPEST {
            return Err(Fault::Depth);
        }
        let name = tag.name();
        let name: &str = name.0;
        let node = match (self.stack.last(), name) {
            (None, "ficAlimMENESR") if !self.closed => Node::Root,
            (None, _) => return Err(Fault::Root),
            (Some(Node::Root), "addRequest") => self.begin(Operation::Add, line),
            (Some(Node::Root), "modifyRequest") => self.begin(Operation::Modify, line),
            (Some(Node::Root), "deleteRequest") => self.begin(Operation::Delete, line),
            (Some(Node::Request), "operationalAttributes") => Node::Operational,
            (Some(Node::Request), "identifier") => Node::Identifier,
            (Some(Node::Request), "attributes" | "modifications") => Node::Attributes,
            (Some(Node::Identifier), "id") => self.begin_value(Node::Id),
            (Some(Node::Operational), "attr") => Node::OperationalAttr,
            (Some(Node::OperationalAttr), "value") => self.begin_value(Node::Category),
            (Some(Node::Attributes), "attr" | "modification") => self.begin_attribute(tag)?,
            (Some(Node::Attr), "value") => self.begin_value(Node::Value),
            // Skipped like any unknown element, its people would be missing from a full delivery.
            (Some(Node::Root), other) if is_request(other) => return Err(Fault::Request),
            (Some(_), _) => {
                self.foreign += 1;
                Node::Foreign
            }
        };
        self.stack.push(node);
        Ok(())
    }

    /// Closes the innermost element; `true` when that completes a record.
    pub(super) fn end(&mut self) -> bool {
        match self.stack.pop() {
            Some(Node::Root) => self.closed = true,
            Some(Node::Request) => return true,
            Some(Node::Id) => {
                self.finish_value();
                // A flawed id is no id: the record is then refused for want of one.
                if self.flaw.is_none() {
                    self.record.id.clone_from(&self.value);
                }
            }
            Some(Node::Category) => {
                self.finish_value();
                self.record.category.clone_from(&self.value);
            }
            Some(Node::Value) => {
                self.finish_value();
                match self.flaw {
                    Some(flaw) => self.record.flaw_of_last(flaw),
                    None => self.record.add_value(&self.value),
                }
            }
            Some(
                Node::Operational
                | Node::Identifier
                | Node::Attributes
                | Node::OperationalAttr
                | Node::Attr
                | Node::Surplus
                | Node::Foreign,
            )
            | None => {}
        }
        false
    }

    /// Text: kept inside values, blank or tolerated elsewhere, refused outside the root.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.stack.last() {
            Some(Node::Id | Node::Category | Node::Value) => self.push(text),
            None if !text.trim().is_empty() => return Err(Fault::Malformed),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn reference(&mut self, name: &str) {
        if !matches!(
            self.stack.last(),
            Some(Node::Id | Node::Category | Node::Value)
        ) {
            return;
        }
        match entity::resolve(name) {
            Some(letter) => {
                self.escaped_ampersand |= letter == '&';
                self.push(letter.encode_utf8(&mut [0; 4]));
            }
            None => self.flaw = self.flaw.or(Some(Flaw::UnknownEntity)),
        }
    }

    pub(super) fn comment(&mut self, text: &str) {
        // Only the head of the file speaks of the delivery; records hold no comments of ours.
        if matches!(self.stack.as_slice(), [] | [Node::Root]) {
            self.header.comment(text);
        }
    }

    /// Accepts `ficAlimMENESR SYSTEM "…"`, which is never fetched, and refuses an internal subset:
    /// feeds have none, and entities are declared there (T-71).
    pub(super) fn doctype(&mut self, text: &str) -> Result<(), Fault> {
        if !self.stack.is_empty() || self.closed {
            return Err(Fault::Malformed);
        }
        if text.contains(['[', '<']) {
            return Err(Fault::Doctype);
        }
        match text.split_whitespace().next() {
            Some("ficAlimMENESR") => Ok(()),
            _ => Err(Fault::Root),
        }
    }

    fn begin(&mut self, operation: Operation, line: u64) -> Node {
        self.record.restart(operation, line);
        Node::Request
    }

    fn begin_value(&mut self, node: Node) -> Node {
        self.value.clear();
        self.flaw = None;
        self.escaped_ampersand = false;
        node
    }

    fn begin_attribute(&mut self, tag: &BytesStart<'_>) -> Result<Node, Fault> {
        // Without checks: looking for twins costs the square of their number, which is the sender's
        // to choose (T-71).
        let (mut name, mut operation) = (None, None);
        for attribute in tag.attributes().with_checks(false).take(8).flatten() {
            match attribute.key.0 {
                "name" => name = name.or(Some(attribute.value)),
                "operation" => operation = operation.or(Some(attribute.value)),
                _ => {}
            }
        }
        let name = name.ok_or(Fault::Malformed)?;
        if operation.is_some_and(|operation| operation.trim() != "replace") {
            self.record.flaw(name.trim(), Flaw::Operation);
            return Ok(Node::Surplus);
        }
        Ok(if self.record.begin_attribute(name.trim()) {
            Node::Attr
        } else {
            Node::Surplus
        })
    }

    fn push(&mut self, text: &str) {
        if self.value.len() + text.len() > LONGEST_VALUE {
            self.flaw = Some(Flaw::TooLong);
        } else {
            self.value.push_str(text);
        }
    }

    /// Opens a second escaping, joins blanks (line ends included), and looks for control characters.
    fn finish_value(&mut self) {
        if self.flaw == Some(Flaw::TooLong) {
            return;
        }
        if self.escaped_ampersand
            && let Some(opened) = entity::open_twice_escaped(&self.value)
        {
            self.value = opened;
        }
        let look = Look::at(&self.value);
        if look.untidy {
            let words: Vec<&str> = self.value.split_whitespace().collect();
            self.value = words.join(" ");
        }
        if look.hides && self.value.contains(is_invisible) {
            self.value.retain(|letter| !is_invisible(letter));
        }
        // Blanks were joined: what is still a control character is none that a name may hold.
        if look.suspect && self.value.chars().any(char::is_control) {
            self.flaw = self.flaw.or(Some(Flaw::Control));
        }
    }
}

fn is_request(element: &str) -> bool {
    element.to_ascii_lowercase().ends_with("request")
}

/// What one pass over a value sees, so that the many tidy ones cost no more.
#[derive(Clone, Copy, Debug, Default)]
struct Look {
    /// Blanks at an end or side by side, or line ends and tabs.
    untidy: bool,
    /// Perhaps a control character.
    suspect: bool,
    /// Perhaps a letter that is not seen.
    hides: bool,
}

/// Letters that are not seen and turn round or split what is: marks of direction, blanks without width,
/// soft hyphens. Two names that look the same must be the same, and none may rewrite the line it stands in.
pub(crate) const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}'
            | '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
    )
}

impl Look {
    fn at(value: &str) -> Self {
        let mut look = Self::default();
        let mut blank = true;
        for byte in value.bytes() {
            let space = byte == b' ';
            look.untidy |= space && blank;
            blank = space;
            // Below the blank, DEL, and the lead byte of U+0080 to U+00BF.
            look.suspect |= byte < b' ' || byte == 0x7F || byte == 0xC2;
            // Lead bytes of what is not seen.
            look.hides |= matches!(byte, 0xC2 | 0xD8 | 0xE2 | 0xEF);
        }
        look.untidy |= look.suspect || (blank && !value.is_empty());
        look
    }
}
