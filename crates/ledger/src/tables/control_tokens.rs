//! The tokens of the remote control: who may say what. The token itself is shown once and kept nowhere;
//! here is its hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{WriteTx, instant, micros, storable};

/// A token that is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewControlToken {
    /// What people call it.
    pub name: String,
    /// What it is good for, in the words of the remote control.
    pub scope: String,
    /// The SHA-256 of the token.
    pub hash: [u8; 32],
    /// From when on it is good for nothing; `None` for a token that does not expire.
    pub expires_at: Option<Timestamp>,
}

/// A token that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlToken {
    /// Its number.
    pub id: i64,
    /// What was handed out.
    pub token: NewControlToken,
    /// When.
    pub created_at: Timestamp,
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

impl ControlToken {
    /// Whether it is good for anything at this time: neither revoked nor expired.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.token.expires_at.is_none_or(|until| now < until)
    }
}

impl Ledger {
    /// Keeps a token that is handed out, and returns its number.
    pub async fn add_control_token(&self, token: &NewControlToken, at: Timestamp) -> Result<i64> {
        self.write((token.clone(), at), |tx, (token, at)| {
            Box::pin(add_in(tx, token, *at))
        })
        .await
    }

    /// Every token that was ever handed out, by number.
    pub async fn control_tokens(&self) -> Result<Vec<ControlToken>> {
        let rows: Vec<TokenRow> = sqlx::query_as(AssertSqlSafe(format!("{SELECT} ORDER BY id")))
            .fetch_all(&mut *self.read().await?)
            .await?;
        rows.into_iter().map(ControlToken::try_from).collect()
    }

    /// The token with this SHA-256, whether it is valid or not.
    pub async fn control_token(&self, hash: &[u8; 32]) -> Result<Option<ControlToken>> {
        let row: Option<TokenRow> =
            sqlx::query_as(AssertSqlSafe(format!("{SELECT} WHERE hash = $1")))
                .bind(BASE64.encode(hash))
                .fetch_optional(&mut *self.read().await?)
                .await?;
        row.map(ControlToken::try_from).transpose()
    }

    /// Revokes a token for ever. Returns whether it was not revoked before.
    pub async fn revoke_control_token(&self, id: i64, at: Timestamp) -> Result<bool> {
        let revoke = "UPDATE control_tokens SET revoked_at = $1
             WHERE id = $2 AND revoked_at IS NULL";
        self.note_of_token(revoke, id, at).await
    }

    /// Notes that a token was used, unless it was used later already.
    pub async fn touch_control_token(&self, id: i64, at: Timestamp) -> Result<()> {
        let touch = "UPDATE control_tokens SET last_used_at = $1
             WHERE id = $2 AND COALESCE(last_used_at, $1) <= $1";
        self.note_of_token(touch, id, at).await.map(drop)
    }

    async fn note_of_token(&self, statement: &'static str, id: i64, at: Timestamp) -> Result<bool> {
        self.write((statement, id, at), |tx, (statement, id, at)| {
            Box::pin(async move {
                let noted = sqlx::query(*statement)
                    .bind(micros(*at))
                    .bind(id)
                    .execute(tx.conn())
                    .await?;
                Ok(noted.rows_affected() == 1)
            })
        })
        .await
    }
}

async fn add_in(tx: &mut WriteTx, token: &NewControlToken, at: Timestamp) -> Result<i64> {
    let id = tx.next("control_tokens").await?;
    sqlx::query(
        "INSERT INTO control_tokens (id, name, scope, hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(storable(&token.name))
    .bind(storable(&token.scope))
    .bind(BASE64.encode(token.hash))
    .bind(micros(at))
    .bind(token.expires_at.map(micros))
    .execute(tx.conn())
    .await?;
    Ok(id)
}

const SELECT: &str =
    "SELECT id, name, scope, hash, created_at, expires_at, revoked_at, last_used_at
     FROM control_tokens";

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: i64,
    name: String,
    scope: String,
    hash: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl TryFrom<TokenRow> for ControlToken {
    type Error = Error;

    fn try_from(row: TokenRow) -> Result<Self> {
        let damaged = || Error::Damaged {
            what: "the hash of a token",
            cause: "it is no SHA-256 in base64".into(),
        };
        let hash = BASE64.decode(&row.hash).map_err(|_| damaged())?;
        Ok(Self {
            id: row.id,
            token: NewControlToken {
                name: row.name,
                scope: row.scope,
                hash: hash.try_into().map_err(|_| damaged())?,
                expires_at: row.expires_at.map(instant).transpose()?,
            },
            created_at: instant(row.created_at)?,
            revoked_at: row.revoked_at.map(instant).transpose()?,
            last_used_at: row.last_used_at.map(instant).transpose()?,
        })
    }
}
