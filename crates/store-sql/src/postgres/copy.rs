//! Rows on their way into a table, in PostgreSQL's binary form of COPY: a header, then for each row the
//! number of its fields and for each field its length and its bytes, then a trailer.

use std::borrow::Cow;

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

/// Rows of one table.
#[derive(Default)]
pub(crate) struct Rows(Vec<u8>);

impl Rows {
    /// A row of so many fields begins.
    pub(crate) fn row(&mut self, fields: i16) -> &mut Self {
        if self.0.is_empty() {
            self.0.extend_from_slice(HEADER);
        }
        self.0.extend_from_slice(&fields.to_be_bytes());
        self
    }

    /// Bytes: a `bytea`, a `uuid`.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        // A field of two gigabytes would be refused by the server whatever we said.
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    /// A text; PostgreSQL keeps no NUL in one.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        let text = if text.contains('\0') {
            Cow::Owned(text.replace('\0', "\u{FFFD}"))
        } else {
            Cow::Borrowed(text)
        };
        self.bytes(text.as_bytes())
    }

    /// A text that may be absent.
    pub(crate) fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            return self.text(text);
        }
        self.0.extend_from_slice(&NULL);
        self
    }

    /// A `bigint`.
    pub(crate) fn big(&mut self, number: i64) -> &mut Self {
        self.bytes(&number.to_be_bytes())
    }

    /// An `integer`.
    pub(crate) fn int(&mut self, number: i32) -> &mut Self {
        self.bytes(&number.to_be_bytes())
    }

    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is to be sent, when there is anything; begins anew.
    pub(crate) fn take(&mut self) -> Option<Vec<u8>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.extend_from_slice(&TRAILER);
        Some(core::mem::take(&mut self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_form_that_the_server_reads() {
        let mut rows = Rows::default();
        assert_eq!(rows.take(), None);
        rows.row(2).text("é\0").maybe(None);
        let mut said = HEADER.to_vec();
        said.extend_from_slice(&[0, 2, 0, 0, 0, 5]);
        said.extend_from_slice("é\u{FFFD}".as_bytes());
        said.extend_from_slice(&[255, 255, 255, 255, 255, 255]);
        assert_eq!(rows.take(), Some(said));
        assert_eq!(rows.len(), 0);
    }
}
