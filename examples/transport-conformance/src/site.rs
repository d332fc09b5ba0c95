//! `Site`: where the server of the cases is.

use std::{error::Error, fmt};

use crate::Place;

/// Where the server of the cases is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Site {
    /// The URL of the server without TLS.
    pub plain: String,
    /// The URL of a port at which nobody listens.
    pub refused: String,
    /// The URL of the server with a certificate that the test's authority has signed.
    pub trusted: String,
    /// The same with an unknown authority's.
    pub unknown_authority: String,
    /// The same with a certificate for another name.
    pub wrong_name: String,
    /// The same with one that has ended.
    pub expired: String,
    /// The URL of a port that says nothing.
    pub silent: String,
    /// The URL of a port that closes each connection.
    pub closing: String,
    /// The URL that says what was seen: of another port, so that it takes part in nothing.
    pub desk: String,
    /// The file with the certificate of the test's authority, in PEM form.
    pub authority: String,
}

impl Site {
    /// The URL of this place.
    #[must_use]
    pub fn url(&self, place: Place) -> String {
        match place {
            Place::Plain => self.plain.clone(),
            Place::Refused => self.refused.clone(),
            Place::Nowhere => "http://nonexistent.invalid".to_owned(),
            Place::Trusted => self.trusted.clone(),
            Place::UnknownAuthority => self.unknown_authority.clone(),
            Place::WrongName => self.wrong_name.clone(),
            Place::Expired => self.expired.clone(),
            Place::TlsToPlain => self.plain.replacen("http:", "https:", 1),
            Place::TlsToSilent => self.silent.clone(),
            Place::TlsToClosing => self.closing.clone(),
        }
    }

    fn members(&mut self) -> [(&'static str, &mut String); 10] {
        [
            ("plain", &mut self.plain),
            ("refused", &mut self.refused),
            ("trusted", &mut self.trusted),
            ("unknown-authority", &mut self.unknown_authority),
            ("wrong-name", &mut self.wrong_name),
            ("expired", &mut self.expired),
            ("silent", &mut self.silent),
            ("closing", &mut self.closing),
            ("desk", &mut self.desk),
            ("authority", &mut self.authority),
        ]
    }

    /// Reads what the server program prints, or the same with `;` in place of line breaks.
    pub fn parse(text: &str) -> Result<Self, NoSite> {
        let mut site = Self::default();
        for line in text.split(['\n', ';']) {
            for (name, slot) in site.members() {
                if let Some(value) = line
                    .strip_prefix(name)
                    .and_then(|rest| rest.strip_prefix(' '))
                {
                    value.trim().clone_into(slot);
                }
            }
        }
        match site.members().iter().find(|(_, value)| value.is_empty()) {
            Some((name, _)) => Err(NoSite(name)),
            None => Ok(site),
        }
    }
}

impl fmt::Display for Site {
    /// What [`Site::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.clone().members() {
            writeln!(f, "{name} {value}")?;
        }
        Ok(())
    }
}

/// A text that does not say where the server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSite(&'static str);

impl fmt::Display for NoSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no line for {:?}", self.0)
    }
}

impl Error for NoSite {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read() {
        let mut site = Site::default();
        for (number, (name, value)) in site.members().into_iter().enumerate() {
            *value = format!("{name} at {number}");
        }
        assert_eq!(Site::parse(&site.to_string()), Ok(site.clone()));
        let line = site.to_string().replace('\n', ";");
        assert_eq!(Site::parse(&line), Ok(site.clone()));
        assert_eq!(site.url(Place::Expired), "expired at 5");
        let cut = line.replace(";desk", ";disk");
        let error = Site::parse(&cut).unwrap_err();
        assert_eq!(error.to_string(), "there is no line for \"desk\"");
    }
}
