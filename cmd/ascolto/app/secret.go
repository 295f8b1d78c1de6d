package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
	"ascolto/internal/wholefile"
)

// OpenVault returns the vault of the configured secret, or of the one kept in the data folder, which is made
// at first.
func OpenVault(cfg Config) (*vault.Vault, error) {
	if cfg.Secret != nil {
		return vault.New(cfg.Secret)
	}
	file := filepath.Join(cfg.Data, SecretFile)
	secret, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		secret = vault.NewSecret()
		err = wholefile.Create(file, secret)
	}
	if err != nil {
		return nil, fmt.Errorf("the secret in the data folder: %w", err)
	}
	v, err := vault.New(secret)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// seal is the store's note of which secret its data was sealed with.
type seal struct {
	docstore.Meta `bson:",inline"`
	Digest        string `bson:"digest"`
}

// CheckSecret returns an error when the store was filled under another secret: names sealed with that one
// would be unreadable and every citizen would become a stranger.
func CheckSecret(ctx context.Context, db *docstore.DB, v *vault.Vault) error {
	seals, err := docstore.Collect[seal](ctx, db, docstore.Spec{Name: "seals"})
	if err != nil {
		return err
	}
	mine := seal{Meta: docstore.Meta{ID: "secret"}, Digest: v.Digest("fingerprint", "ascolto")}
	stored, err := seals.Get(ctx, "secret")
	if civic.CodeOf(err) == civic.NotFound {
		if err = seals.Insert(ctx, &mine); civic.CodeOf(err) != civic.Conflict {
			return err
		}
		stored, err = seals.Get(ctx, "secret")
	}
	if err != nil {
		return err
	}
	if stored.Digest != mine.Digest {
		return errors.New(
			"ASCOLTO_SECRET: the store was filled under another secret; set ASCOLTO_SECRET to that one, or put its " +
				"secret.key back into the data folder")
	}
	return nil
}
