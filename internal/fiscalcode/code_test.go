package fiscalcode

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestParsePerson(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     string
		want   string // "" when in is already normal
		gender Gender
		born   time.Time
		place  string
	}{
		{in: "RSSMRA85T10A562S", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRA79B11C566R", gender: Male, born: day(1979, time.February, 11), place: "C566"},
		{in: "RSSMRA85T10H501O", gender: Male, born: day(1985, time.December, 10), place: "H501"},
		{in: "MRTMTT91D08F205J", gender: Male, born: day(1991, time.April, 8), place: "F205"},
		{in: "MLLSNT82P65Z404U", gender: Female, born: day(1982, time.September, 25), place: "Z404"},
		{in: "RSSBBR69C48F839A", gender: Female, born: day(1969, time.March, 8), place: "F839"},
		{in: "RSSMRA80A01F257G", gender: Male, born: day(1980, time.January, 1), place: "F257"},
		{in: "BNCGLI72H65H501H", gender: Female, born: day(1972, time.June, 25), place: "H501"},
		{in: "FOXAIX01T71F257T", gender: Female, born: day(2001, time.December, 31), place: "F257"},
		{in: "FRRGFR00B29F257A", gender: Male, born: day(2000, time.February, 29), place: "F257"},
		// omocodia of one to seven digits
		{in: "RSSMRA85T10A56NH", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRA85T10A5SNT", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRA85T10ARSNO", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRA85T1LARSNR", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRA85TMLARSNC", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRA8RTMLARSNO", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		{in: "RSSMRAURTMLARSNL", gender: Male, born: day(1985, time.December, 10), place: "A562"},
		// as people write them
		{in: " rssmra85t10a562s ", want: "RSSMRA85T10A562S", gender: Male, born: day(1985, time.December, 10),
			place: "A562"},
		{in: "RSS MRA\t85T10 A562\u00a0S\r\n", want: "RSSMRA85T10A562S", gender: Male,
			born: day(1985, time.December, 10), place: "A562"},
	}
	for _, tt := range tests {
		c, err := Parse(tt.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.in, err)
			continue
		}
		if tt.want == "" {
			tt.want = tt.in
		}
		born, ok := c.BirthDate(today)
		if c.String() != tt.want || c.Kind() != Person || c.Gender() != tt.gender || c.Place() != tt.place ||
			!ok || !born.Equal(tt.born) {
			t.Errorf("Parse(%q) = %s, kind %d, gender %d, born %v, place %s", tt.in, c, c.Kind(), c.Gender(),
				born, c.Place())
		}
	}
}

func TestParseNumeric(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"12345678903", "00907501001", "00221940364", " 123 456 789 03 "} {
		c, err := Parse(in)
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		if want := strings.ReplaceAll(in, " ", ""); c.String() != want || c.Kind() != Numeric {
			t.Errorf("Parse(%q) = %q, kind %d", in, c, c.Kind())
		}
		if _, ok := c.BirthDate(today); ok || c.Gender() != Unknown || c.Place() != "" ||
			c.Misfits(Data{FamilyName: "Rossi"}) != nil {
			t.Errorf("Parse(%q) tells a birth", in)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Error
	}{
		{"", Error{Part: Length}},
		{"   ", Error{Part: Length}},
		{"RSSMRA85T10A562", Error{Part: Length}},
		{"RSSMRA85T10A562SS", Error{Part: Length}},
		{strings.Repeat("1", 1<<20), Error{Part: Length}},
		{"123456789012", Error{Part: Length}},
		{"RSSMRÀ85T10A562S", Error{Part: Characters}},
		{"RSS-MRA85T10A562S", Error{Part: Characters}},
		{"RSSMRA85T10A562\xff", Error{Part: Characters}},
		{"RSSMRA85T10A562\xc2", Error{Part: Characters}},
		{"R5SMRA85T10A562S", Error{Part: FamilyName, Position: 2}},
		{"RSSMR085T10A562S", Error{Part: GivenName, Position: 6}},
		{"RSSMRAA5T10A562S", Error{Part: Year, Position: 7}},
		{"RSSMRA85F10A562S", Error{Part: Month, Position: 9}},
		{"RSSMRA85TI0A562S", Error{Part: Day, Position: 10}},
		{"RSSMRA85T108562S", Error{Part: Place, Position: 12}},
		{"RSSMRA85T10A56OS", Error{Part: Place, Position: 15}}, // the letter O is no omocodia
		{"RSSMRA85T10A5621", Error{Part: Check, Position: 16}},
		{"RSSMRA85T10A562T", Error{Part: Check}},
		{"RSSMRA85B30A562G", Error{Part: Date}},
		{"RSSMRA85T00A562R", Error{Part: Day}},
		{"RSSMRA85T72A562C", Error{Part: Day}},
		{"SPNDNL80R13C555X", Error{Part: Check}},
		{"GLABNC72H25H501Y", Error{Part: Check}},
		{"RRANGL74M28R701V", Error{Part: Check}},
		{"AAAAAA00A00A000A", Error{Part: Check}},
		{"12345678901", Error{Part: Check}},
		{"1234567890A", Error{Part: Characters, Position: 11}},
		{"00000000000", Error{Part: Number}},
	}
	for _, tt := range tests {
		c, err := Parse(tt.in)
		var got *Error
		if !errors.As(err, &got) || *got != tt.want || !c.IsZero() {
			t.Errorf("Parse(%.20q) = %v, %v, want %v", tt.in, c, err, &tt.want)
		}
		if err != nil && len(tt.in) > 3 && strings.Contains(err.Error(), tt.in[:4]) {
			t.Errorf("Parse(%.20q): the error repeats the input: %v", tt.in, err)
		}
	}
}

// What test providers hand out is read in test mode alone, and nothing else that is wrong is.
func TestParseTest(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"SPNDNL80R13C555X", "glabnc72h25h501y", "RRANGL74M28R701V",
		"AAAAAA00A00A000A", "RSSMRA85T10A562S", "12345678903"} {
		c, err := ParseTest(in)
		if err != nil || c.String() != strings.ToUpper(in) {
			t.Errorf("ParseTest(%q) = %q, %v", in, c, err)
		}
	}
	for _, in := range []string{"", "SPNDNL80R13C555", "SPNDNL80R13C555XX", "SPNDNL80R13C5551",
		"S9NDNL80R13C555X", "SPNDNL80R13C555È", "12345678901"} {
		_, want := Parse(in)
		c, err := ParseTest(in)
		if want == nil || err == nil || err.Error() != want.Error() || !c.IsZero() {
			t.Errorf("ParseTest(%q) = %v, %v, want %v", in, c, err, want)
		}
	}
	c, err := ParseTest("AAAAAA00A00A000A")
	if born, ok := c.BirthDate(today); err != nil || ok {
		t.Errorf("a day 00 is %v", born)
	}
	if born, ok := must(t, ParseTest, "SPNDNL80R13C555X").BirthDate(today); !ok ||
		born.Format("2006-01-02") != "1980-10-13" {
		t.Errorf("born %v, %v", born, ok)
	}
}

func must(t *testing.T, parse func(string) (Code, error), in string) Code {
	t.Helper()
	c, err := parse(in)
	if err != nil {
		t.Fatalf("%q: %v", in, err)
	}
	return c
}

// Days around the bounds of what positions 10 and 11 may say, with a check letter that fits.
func TestDayBounds(t *testing.T) {
	t.Parallel()
	for n := range 100 {
		in := withCheck("RSSMRA85M" + string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) + "A562")
		_, err := Parse(in)
		if want := n >= 1 && n <= 31 || n >= 41 && n <= 71; (err == nil) != want {
			t.Errorf("Parse(%s): %v", in, err)
		}
	}
}

// TestOmocodiaVariants reads all 127 variants of each sample: the same birth, sex and place, and yet another
// code.
func TestOmocodiaVariants(t *testing.T) {
	t.Parallel()
	all := map[Code]bool{}
	bases := []string{
		"RSSMRA85T10A562S", "RSSMRA79B11C566R", "RSSMRA85T10H501O", "MRTMTT91D08F205J", "MLLSNT82P65Z404U",
		"RSSBBR69C48F839A",
		"RSSMRA80A01F257G", "BNCGLI72H65H501H", "FOXAIX01T71F257T", "FRRGFR00B29F257A",
	}
	for _, text := range bases {
		base, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all[base] = true
		born, _ := base.BirthDate(today)
		for _, v := range variants(text) {
			c, err := Parse(v)
			if err != nil || c.String() != v {
				t.Errorf("Parse(%s) = %s, %v", v, c, err)
				continue
			}
			got, _ := c.BirthDate(today)
			if c == base || !got.Equal(born) || c.Gender() != base.Gender() || c.Place() != base.Place() {
				t.Errorf("%s, a variant of %s: born %v, gender %d, place %s", v, base, got, c.Gender(),
					c.Place())
			}
			if d := c.Misfits(Data{Birth: born, Gender: base.Gender(), Place: base.Place()}); len(d) != 0 {
				t.Errorf("%s does not fit: %v", v, d)
			}
			if wrong := v[:15] + string('A'+(v[15]-'A'+1)%26); v[15] != wrong[15] {
				if c, err := Parse(wrong); err == nil {
					t.Errorf("Parse(%s) = %s, with the check letter of another code", wrong, c)
				}
			}
			all[c] = true
		}
	}
	// equal codes are equal in every character: no two variants are one person
	if want := 128 * len(bases); len(all) != want {
		t.Errorf("%d different codes, want %d", len(all), want)
	}
	for _, printed := range []string{"RSSMRA85T10A56NH", "RSSMRA85T10A5SNT", "RSSMRA85T10ARSNO",
		"RSSMRA85T1LARSNR", "RSSMRA85TMLARSNC", "RSSMRA8RTMLARSNO", "RSSMRAURTMLARSNL"} {
		if c, err := Parse(printed); err != nil || !all[c] {
			t.Errorf("%s is not among the variants: %v", printed, err)
		}
	}
}

// TestCheckLetterWorked adds up the example of italy.md 6: RSSMRA85T10A562 counts 122, which is 18 more than
// four times 26.
func TestCheckLetterWorked(t *testing.T) {
	t.Parallel()
	want := []int{8, 18, 12, 12, 8, 0, 19, 5, 14, 1, 1, 0, 13, 6, 5}
	sum := 0
	for i, b := range []byte("RSSMRA85T10A562") {
		value := int(oddValue[b])
		if i%2 == 1 {
			value = int(evenValue[b])
		}
		if value != want[i] {
			t.Errorf("%c at place %d counts %d, want %d", b, i+1, value, want[i])
		}
		sum += value
	}
	if sum != 122 || 'A'+byte(sum%26) != 'S' {
		t.Errorf("the sum is %d", sum)
	}
}

func TestBirthDateCentury(t *testing.T) {
	t.Parallel()
	rome := time.FixedZone("CET", 3600)
	tests := []struct {
		code string
		on   time.Time
		want time.Time
	}{
		{"RSSMRA80A01F257G", today, day(1980, time.January, 1)},
		{"FOXAIX01T71F257T", day(2001, time.December, 31), day(2001, time.December, 31)}, // born today
		{"FOXAIX01T71F257T", day(2001, time.December, 30), day(1901, time.December, 31)}, // not born yet
		{"FOXAIX01T71F257T", time.Date(2001, time.December, 31, 0, 10, 0, 0, rome),
			day(2001, time.December, 31)},
		// 1900, 1800, 1700 had none
		{"FRRGFR00B29F257A", day(2000, time.February, 28), day(1600, time.February, 29)},
		{"FRRGFR00B29F257A", day(2399, time.January, 1), day(2000, time.February, 29)},
		{"FRRGFR00B29F257A", day(1, time.January, 1), day(0, time.February, 29)},
		{"RSSMRA80A01F257G", day(9999, time.January, 1), day(9980, time.January, 1)},
	}
	for _, tt := range tests {
		c, err := Parse(tt.code)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := c.BirthDate(tt.on); !ok || !got.Equal(tt.want) {
			t.Errorf("%s on %v: born %v, want %v", c, tt.on, got, tt.want)
		}
	}
}

func TestZeroCode(t *testing.T) {
	t.Parallel()
	var c Code
	if _, ok := c.BirthDate(today); ok || !c.IsZero() || c.String() != "" || c.Kind() != None ||
		c.Gender() != Unknown || c.Place() != "" {
		t.Errorf("the zero code says something: %+v", c)
	}
}

// A code that was mistyped in one place is never taken: the check letter finds all but the letters that count
// like a digit, and those the layout tells apart.
func TestOneWrongCharacterIsFound(t *testing.T) {
	t.Parallel()
	const good = "RSSMRA85T10A562S"
	for i := range good {
		for _, b := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") {
			if b == good[i] {
				continue
			}
			bad := good[:i] + string(b) + good[i+1:]
			if c, err := Parse(bad); err == nil {
				t.Errorf("Parse(%s) = %s", bad, c)
			}
		}
	}
}

func TestParseAllocatesNothing(t *testing.T) {
	for _, in := range []string{"rssmra85t10a562s", "RSSMRAURTMLARSNL", "12345678903"} {
		if n := testing.AllocsPerRun(100, func() { Parse(in) }); n != 0 {
			t.Errorf("Parse(%s) allocates %v times", in, n)
		}
	}
}
