package accounts

import (
	"errors"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/publicname"
)

// ClaimNames says under which names a provider tells about a person; the first that is there counts.
type ClaimNames struct {
	FiscalCode []string
	Email      []string
	GivenName  []string
	FamilyName []string
}

// DefaultClaimNames returns the names that brokers for SPID and CIE use.
func DefaultClaimNames() ClaimNames {
	return ClaimNames{
		FiscalCode: []string{"https://attributes.eid.gov.it/fiscal_number", "fiscal_number", "fiscalNumber",
			"codice_fiscale", "CodiceFiscale"},
		Email:      []string{"email"},
		GivenName:  []string{"given_name"},
		FamilyName: []string{"family_name", "familyName"},
	}
}

func (n ClaimNames) orDefault() ClaimNames {
	d := DefaultClaimNames()
	or := func(names, others []string) []string {
		if len(names) > 0 {
			return names
		}
		return others
	}
	return ClaimNames{
		FiscalCode: or(n.FiscalCode, d.FiscalCode), Email: or(n.Email, d.Email),
		GivenName: or(n.GivenName, d.GivenName), FamilyName: or(n.FamilyName, d.FamilyName),
	}
}

// value returns the first claim of names that is a text, or a list of one text.
func value(claims map[string]any, names []string) string {
	for _, n := range names {
		v := claims[n]
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		if s, ok := v.(string); ok && !civic.IsBlank(s) {
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// either returns what the ID token says, which is signed, else what userinfo says.
func (t told) either(names []string) string {
	if v := value(t.Token, names); v != "" {
		return v
	}
	return value(t.UserInfo, names)
}

// fiscalPrefix marks Italian codes in SPID and CIE claims (ETSI EN 319 412-1).
const fiscalPrefix = "TINIT-"

// fiscalCode returns the normalised fiscal code, or a refusal when there is none, it is wrong, or the two
// sources differ.
func (t told) fiscalCode(names []string, parse func(string) (string, error)) (string, error) {
	var codes []string
	for _, claims := range []map[string]any{t.Token, t.UserInfo} {
		v := strings.ToUpper(value(claims, names))
		if v == "" {
			continue
		}
		code, err := parse(strings.TrimPrefix(v, fiscalPrefix))
		if err != nil {
			return "", refusal{"fiscal_code",
				civic.NewError(civic.Forbidden, "accounts.error.oidc.fiscal_code")}
		}
		codes = append(codes, code)
	}
	if len(codes) == 0 {
		return "", refusal{"fiscal_code", civic.NewError(civic.Forbidden, "accounts.error.oidc.fiscal_code")}
	}
	if len(slices.Compact(codes)) > 1 {
		return "", refuse("fiscal_code", errors.New("token and userinfo name different persons"))
	}
	return codes[0], nil
}

// email returns the address, and whether the provider says that the person proved to have it
// ("email_verified", OpenID Connect Core, 5.1). SPID and CIE say nothing about it: the address is then theirs
// to write to, but proves nothing. It is empty when there is none, or when the provider says that nobody
// proved to have it.
func (t told) email(names []string) (email string, proved bool) {
	for _, claims := range []map[string]any{t.Token, t.UserInfo} {
		said := claims["email_verified"]
		if said == false || said == "false" {
			continue
		}
		if email, err := parseEmail(value(claims, names)); err == nil {
			return email, said == true || said == "true"
		}
	}
	return "", false
}

// level returns the level of assurance, or a refusal when it is not enough.
func (t told) level(p *provider) (string, error) {
	acr := value(t.Token, []string{"acr"})
	if !p.AnyLevel && !slices.Contains(p.Levels, acr) {
		return "", refusal{"level", civic.NewError(civic.Forbidden, "accounts.error.oidc.level")}
	}
	return acr, nil
}

// identity returns who signed in.
func (t told) identity(p *provider, parse func(string) (string, error)) (Identity, error) {
	level, err := t.level(p)
	if err != nil {
		return Identity{}, err
	}
	code, err := t.fiscalCode(p.Claims.FiscalCode, parse)
	if err != nil {
		return Identity{}, err
	}
	who := Identity{FiscalCode: code, Level: level}
	who.Email, who.EmailProved = t.email(p.Claims.Email)
	if name, err := civic.CleanLine(publicname.Tidy(t.either(p.Claims.GivenName)), maxName); err == nil {
		who.GivenName = name
	}
	if name, err := civic.CleanLine(publicname.Tidy(t.either(p.Claims.FamilyName)), maxName); err == nil {
		who.FamilyName = name
	}
	return who, nil
}

// refusal is why a sign-in through the provider failed: a word for the audit, and what the person is told.
type refusal struct {
	reason string
	err    *civic.Error
}

func (r refusal) Error() string { return r.reason + ": " + r.err.Error() }
func (r refusal) Unwrap() error { return r.err }

// refuse returns a refusal that tells the person no more than that it failed.
func refuse(reason string, cause error) error {
	return refusal{reason, civic.Wrap(civic.Unauthenticated, "accounts.error.oidc.failed", cause)}
}
