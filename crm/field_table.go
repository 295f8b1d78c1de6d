package crm

import (
	"slices"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/merge"
	"ascolto/internal/reach"
)

// contactFields are the fields of a contact in the order in which forms ask for them.
var contactFields = []Field{
	kindField(Field{
		Name: "kind", Codes: []string{string(Person), string(Organisation)}, Words: "crm.kind.",
		Required:  true,
		Attribute: AttributeKind, Column: "kind", Personal: "kind",
	}),
	line(Field{
		Name: "given_name", Named: true, Max: maxNameLength, Kind: Person, Own: true,
		Hint: "crm.field.one_name_hint", Autocomplete: "given-name",
		Column: "given_name", Personal: "given_name",
	}, func(in *ContactInput) *string { return &in.GivenName },
		func(c *Contact) *string { return &c.GivenName }, lettered),
	line(Field{
		Name: "family_name", Named: true, Max: maxNameLength, Kind: Person, Own: true,
		Hint: "crm.field.one_name_hint", Autocomplete: "family-name",
		Column: "family_name", Personal: "family_name",
	}, func(in *ContactInput) *string { return &in.FamilyName },
		func(c *Contact) *string { return &c.FamilyName }, lettered),
	line(Field{
		Name: "organisation", Named: true, Max: maxNameLength, Kind: Organisation, Own: true,
		Hint:         "crm.field.organisation_hint",
		Autocomplete: "organization", Column: "organisation", Personal: "organisation",
	}, func(in *ContactInput) *string { return &in.Organisation },
		func(c *Contact) *string { return &c.Organisation }),
	emailsField(Field{
		Name: "emails", Max: maxEmails, Own: true, Autocomplete: "email", Column: "emails", Personal: "email",
	}),
	phonesField(Field{
		Name: "phones", Max: maxPhones, Own: true, Autocomplete: "tel", Column: "phones", Personal: "phone",
	}),
	districtField(Field{
		Name: "district", From: Districts, Own: true, Attribute: AttributeDistrict, Facet: "district",
		Column:   "district",
		Personal: "district",
	}),
	line(Field{
		Name: "street", Max: 200, Own: true, Autocomplete: "address-line1", Column: "street",
	}, func(in *ContactInput) *string { return &in.Address.Street },
		func(c *Contact) *string { return &c.Address.Street }, lettered),
	line(Field{
		Name: "postcode", Max: 12, Own: true, Autocomplete: "postal-code", Digits: true,
		Attribute: "postcode", Column: "postcode",
	}, func(in *ContactInput) *string { return &in.Address.Postcode },
		func(c *Contact) *string { return &c.Address.Postcode }, coded),
	line(Field{
		Name: "town", Max: 100, Own: true, Autocomplete: "address-level2", Attribute: "town", Column: "town",
	}, func(in *ContactInput) *string { return &in.Address.Town },
		func(c *Contact) *string { return &c.Address.Town }, lettered),
	codeField(Field{Name: "fiscal_code", Max: 40, Hint: "crm.field.fiscal_code_hint",
		Personal: "fiscal_code"}),
	yearField(Field{Name: "birth_year", Max: 4, Digits: true, Attribute: "birth_year", Column: "birth_year",
		Personal: "birth_year"}),
	languageField(Field{
		Name: "language", Codes: civic.Languages(), Words: "crm.language.", Own: true, Required: true,
		Attribute: AttributeLanguage,
		Column:    "language", Personal: "language",
	}),
	tagsField(Field{
		Name: "tags", From: Tags, Max: maxTags, Attribute: AttributeTag, Facet: "tag", Column: "tags",
		Personal: "tag",
	}),
	kept(Field{
		Name: "preferred_channel", Type: ChoiceField, Codes: texts(ConsentChannels()), Words: "crm.channel.",
		Own:       true,
		Attribute: "preferred_channel", Column: "preferred_channel", Personal: "preferred_channel",
	}),
}

func kindField(f Field) Field {
	f.Type = ChoiceField
	f.read, f.write = one(func(in *ContactInput) *Kind { return &in.Kind })
	f.typed = func(dst []string, c *Contact) []string { return filledIn(dst, string(c.Kind)) }
	f.join = func(name string) merge.Field[Contact] {
		return merge.Value(name, func(c *Contact) *Kind { return &c.Kind })
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		if c.Kind = Kind(first(values)); !slices.Contains(f.Codes, string(c.Kind)) {
			x.Add(f.Name, "crm.error.kind")
		}
		x.kind = c.Kind
	}
	return f
}

// lettered notes a name of a person, a street or a town that has no letter of any script: "12345", "---".
func lettered(f Field, s string, x *parsing) { wantsLetters(&x.Problems, f.Name, s) }

// coded notes a postcode that is none.
func coded(f Field, s string, x *parsing) {
	if s != "" && !knownPostcode(s) {
		x.Add(f.Name, "crm.error.postcode")
	}
}

func emailsField(f Field) Field {
	f.Type = EmailsField
	f.read, f.write = many(func(in *ContactInput) *[]string { return &in.Emails })
	f.typed = func(dst []string, c *Contact) []string {
		for _, e := range c.Emails {
			dst = append(dst, e.Address)
		}
		return dst
	}
	f.join = func(name string) merge.Field[Contact] {
		address := func(e reach.Email) string { return e.Address }
		return merge.List(name, func(c *Contact) *[]reach.Email { return &c.Emails }, address, f.Max)
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		c.Emails = parseEach(&x.Problems, f, values, reach.ParseEmail)
		c.keepProofs()
	}
	return f
}

func phonesField(f Field) Field {
	f.Type = PhonesField
	f.read, f.write = many(func(in *ContactInput) *[]string { return &in.Phones })
	f.typed = func(dst []string, c *Contact) []string {
		for _, n := range c.Phones {
			dst = append(dst, n.String())
		}
		return dst
	}
	f.told = func(dst []string, c *Contact) []string {
		for _, n := range c.Phones {
			dst = append(dst, n.Full())
		}
		return dst
	}
	f.join = func(name string) merge.Field[Contact] {
		number := reach.Phone.Full
		return merge.List(name, func(c *Contact) *[]reach.Phone { return &c.Phones }, number, f.Max)
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		c.Phones = parseEach(&x.Problems, f, values, reach.ParsePhone)
	}
	return f
}

func districtField(f Field) Field {
	f.Type = ChoiceField
	f.read, f.write = one(func(in *ContactInput) *civic.ID { return &in.District })
	f.typed = func(dst []string, c *Contact) []string { return filledIn(dst, string(c.District)) }
	f.join = func(name string) merge.Field[Contact] {
		return merge.Value(name, func(c *Contact) *civic.ID { return &c.District })
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		if c.District = civic.ID(first(values)); c.District != "" && !x.known.districts[c.District] {
			x.Add(f.Name, "crm.error.district")
		}
	}
	return f
}

// codeField is the fiscal code. Only the service can seal what was typed, and open what is stored.
func codeField(f Field) Field {
	f.Type = CodeField
	f.read, f.write = one(func(in *ContactInput) *string { return &in.FiscalCode })
	f.typed = func(dst []string, _ *Contact) []string { return dst }
	f.join = func(name string) merge.Field[Contact] {
		return merge.Part(name, func(c *Contact) string { return c.CodeDigest }, func(mine, stored *Contact) {
			mine.SealedCode, mine.CodeDigest, mine.CodeParts = stored.SealedCode, stored.CodeDigest,
				stored.CodeParts
		})
	}
	f.parse = func(values []string, _ *Contact, x *parsing) {
		if civic.IsBlank(first(values)) {
			return
		}
		var err error
		x.code, err = ParseFiscalCode(first(values))
		x.Check(f.Name, err)
		if err == nil && x.kind == Organisation && x.code.Kind() == fiscalcode.Person {
			x.Add(f.Name, "crm.error.fiscal_code.person")
		}
	}
	return f
}

func yearField(f Field) Field {
	f.Type = NumberField
	f.read, f.write = one(func(in *ContactInput) *string { return &in.BirthYear })
	f.typed = func(dst []string, c *Contact) []string {
		if c.BirthYear == 0 {
			return dst
		}
		return append(dst, strconv.Itoa(c.BirthYear))
	}
	f.join = func(name string) merge.Field[Contact] {
		return merge.Value(name, func(c *Contact) *int { return &c.BirthYear })
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		c.BirthYear = 0
		if civic.IsBlank(first(values)) {
			return
		}
		y, err := strconv.Atoi(civic.Bare(first(values)))
		if err != nil || y < firstYear || y > x.year {
			bounds := civic.Args{"First": strconv.Itoa(firstYear), "Last": strconv.Itoa(x.year)}
			x.Add(f.Name, "crm.error.birth_year", bounds)
			return
		}
		c.BirthYear = y
	}
	return f
}

func languageField(f Field) Field {
	f.Type = ChoiceField
	f.read, f.write = one(func(in *ContactInput) *string { return &in.Language })
	f.typed = func(dst []string, c *Contact) []string { return filledIn(dst, c.Language) }
	f.join = func(name string) merge.Field[Contact] {
		return merge.Value(name, func(c *Contact) *string { return &c.Language })
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		if c.Language = first(values); c.Language == "" {
			c.Language = civic.Italian
		}
		if !civic.KnownLanguage(c.Language) {
			x.Add(f.Name, "error.language")
		}
	}
	return f
}

func tagsField(f Field) Field {
	f.Type = ChoicesField
	f.read, f.write = many(func(in *ContactInput) *[]civic.ID { return &in.Tags })
	f.typed = func(dst []string, c *Contact) []string {
		for _, t := range c.Tags {
			dst = append(dst, string(t))
		}
		return dst
	}
	f.join = func(name string) merge.Field[Contact] {
		id := func(t civic.ID) string { return string(t) }
		return merge.List(name, func(c *Contact) *[]civic.ID { return &c.Tags }, id, f.Max)
	}
	f.parse = func(values []string, c *Contact, x *parsing) {
		c.Tags = nil
		for _, v := range values {
			t := civic.ID(v)
			if !slices.Contains(c.Tags, t) {
				c.Tags = append(c.Tags, t)
			}
			if !x.known.tags[t] {
				x.Add(f.Name, "crm.error.tag")
			}
		}
		if len(c.Tags) > f.Max {
			x.Add(f.Name, "crm.error.too_many", civic.Args{"Max": f.Max})
		}
	}
	return f
}
