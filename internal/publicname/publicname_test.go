package publicname

import (
	"errors"
	"testing"

	"ascolto/internal/civic"
)

var town = []string{"Servizi demografici", "Ufficio Tributi", "Ambiente", "Lavori pubblici e manutenzione",
	"Biblioteca", "Mobilità e traffico"}

// What readers could take for the administration is refused with the reason.
func TestRefusedNames(t *testing.T) {
	t.Parallel()
	const official, office, invisible, letters = "error.name.official", "error.name.office",
		"error.name.invisible", "error.name.letters"
	for name, want := range map[string]string{
		"Sindaco": official, "Il Sindaco": official, "sindaca": official, "Vicesindaco": official,
		"Vice Sindaco": official, "ex-sindaco": official,
		"IlSindacoVero": official, "ilsindacovero": official, "Sindaco2026": official,
		"sindaco_2026": official, "Sindacooo": official, "Sindac0 Rossi": official,
		"S1ndaco": official, "Sındaco": official, "SINDАCО": official, "Ѕindaco": official,
		"S i n d a c o": official, "S.i.n.d.a.c.o": official, "Sìndàcò": official, "Sinclaco": official,
		"🇸🇮🇳🇩🇦🇨🇴": official, "🅢🅘🅝🅓🅐🅒🅞": official, "🆂🅸🅽🅳🅰🅲🅾": official, "ʂıɳɖąƈơ": official,
		"ѕιη∂αcσ": official, "Sindaϲo": official, "§indaco": official,
		"Sind aco di Modena": official, "Sin daco di Modena": official, "P o l i z i a M o d e n a": official,
		"C o m u n e M o d e n a": official, "u r p modena": official,
		"Siindaco": official, "Sinndaco": official, "Coomune": official, "С0мune": official,
		"Þolizia": official, "Comune™": official, "©omune": official,
		"comunemodena": official, "COMUNEMODENA": official, "poliziamodena": official,
		"Guardia Finanza": official, "Uff. Tributi": office,
		"ᔕIᑎᗪᗩᑕO": letters, "᥉Ꭵꪀᦔꪖᥴꪮ": letters,
		"C0mune": official, "ᴄᴏᴍᴜɴᴇ": official, "Ｃｏｍｕｎｅ": official, "𝐂𝐨𝐦𝐮𝐧𝐞": official,
		"Comune di Modena": official, "Cornune": official, "C.o.m.u.n.e": official, "Comun3 Modena": official,
		"Senso Comune":   official,
		"Polizla Locale": official, "Polizia Locale": official, "PoliziaLocale": official,
		"polizialocale": official, "P0lizia": official, "Vigili del Fuoco": official,
		"Vigile Urbano": official, "Vigili urbani": official, "Vigili": official,
		"Risposta ufficiale": official, "risposta-ufficiale 2": official, "Official answer": official,
		"RispostaUfficiale": official, "Account ufficiale": official,
		"Città di Modena": official, "Citta' di Modena": official, "La Città di Modena": official,
		"City of Modena": official, "The City of Modena": official, "Town of Modena": official,
		"Municipality of Modena": official, "Comunità montana": official,
		"Komune di Modena": official, "Comvne di Modena": official, "KOMVNE": official,
		"Biblioteche comunali": official, "Musei municipali": official, "DPO Modena": official,
		"Data protection officer": official, "Garante privacy": official, "Il Garante": official,
		"Supporto tecnico": official, "Supporto": official, "Help desk": official,
		"The administration": official, "Administration": official, "The Council": official,
		"Giunta Comunale": official, "La Giunta": official, "Giunta": official, "Giunta 2026": official,
		"Consiglio comunale": official, "Presidente del Consiglio": official,
		"Consigliere Bianchi": official, "Consigliera Anna Neri": official, "Assessore Rossi": official,
		"assessore alla cultura": official, "Assessorato": official, "Segretario generale": official,
		"Municipio": official, "Provincia di Modena": official, "Regione Emilia": official,
		"Prefettura": official, "Prefetto Bianchi": official, "Questura": official, "Carabinieri": official,
		"Carabinieri forestali": official,
		"Protezione Civile":     official, "Protezi0ne Civile": official, "AUSL Modena": official,
		"URP": official, "U.R.P.": official, "u r p": official, "Anagrafe": official,
		"Ufficio Scuola": official, "Sportello casa": official,
		"Redazione": official, "Admin": official, "Adm1n": official, "Amministratore": official,
		"Moderatore": official, "StaffAscolto": official, "Ascolto": official, "Guardia di Finanza": official,
		"Mario Sindaco Rossi": official,
		"Primo Cittadino":     official, "The Mayor": official, "City Council": official,
		"Biblioteca comunale": official, "Agenzia delle Entrate": official, "Super Giunta": official,
		"Servizi demografici": office, "servizi-demografici": office, "ServiziDemografici": office,
		"Servizi demograficl": office, "I Servizi demografici di Modena": office, "Ambiente": office,
		"L'Ambiente": office, "Arnbiente": office,
		"Biblioteca": office, "Tributi": office, "Trlbuti": office, "Tributi Ufficio": office,
		"Lavori pubblici e manutenzione": office, "Lavori pubblici": office, "LavoriPubblici26": office,
		"Lavori pubblici Modena": office, "Manutenzione e lavori pubblici": office,
		"Manutenzione lavori": office, "Traffico e mobilità": office, "traffico-mobilita": office,
		"Settore ambiente": office, "Servizio ambiente": office, "Area Mobilità": office,
		"Il settore ambiente di Modena": office, "Demografici, servizi": office,
		"Comune\u2800di\u2800Modena": invisible, "Polizia\u3164Locale": invisible,
		"Anna\u200B":    invisible,
		"\u202EocadniS": invisible, "Anna\U000E0041": invisible, "An\u00ADna": invisible,
		"Anna\uFE0F": invisible, "Anna\uE000": invisible,
	} {
		err := Check(name, town)
		var e *civic.Error
		if !errors.As(err, &e) || e.Message.Key != want || e.Code != civic.Invalid {
			t.Errorf("%q gives %v, want %s", name, err, want)
		}
	}
}

// What only sounds a little like it is somebody's name.
func TestAcceptedNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Anna Rossi", "Marco Giunta", "Maria Sindaco", "Paolo Consigliere", "Luca Prefetto",
		"Francesco Console", "Anna Podestà", "Giulia Conte", "Comunello", "Elena Comunello", "Prefetti",
		"Sindoni", "Vigilante", "Vigilanti",
		"Consigli", "Consiglio Verde", "Questori", "Polizzi", "Poliziani", "Angelo Poliziano", "Municchi",
		"Comunian", "Comucci", "Segreti", "Segretini", "Commissari", "Comandini", "Giunti", "Staffieri",
		"Ministeri", "Regini", "Provenzano",
		"Carabini", "Carabelli", "Assennato", "Uffizi", "Adminelli", "Pompilio", "Ascoli", "Ascoltatore",
		"Governale", "Tribuzio", "Proculo", "Urpino", "Urbano", "Redaelli", "Moderata Fonte", "Sindbad",
		"Direttissima",
		"D'Azeglio", "Dell'Orbona", "De Lucavall", "Gian Carlo", "Łucja", "Đanilo", "Øberti", "Nicolò",
		"José María", "Иван Петров", "محمد", "李小龙", "Ελένη", "Zoë", "Strauß", "Bici e basta", "Nonna Pina",
		"Pendolare 7", "gattonero", "Mela Verde",
		"Ambiente Pulito", "Amica dell'ambiente", "Lettrice in biblioteca", "Tributo a Battisti",
		"Servizievole", "Demo Grafici", "Cittadino stanco", "Il Presidente Emerito delle Bocce",
		"Quartiere 3", "Via Emilia", "Beni Comuni", "Treno Regionale", "Anna Clara",
		"Lucciola di città", "Città bella", "Gatta di città", "City lover", "Cittadina attiva",
		"Ragazzo di campagna",
		"Traffico lento", "Mobilità dolce", "Mobilità senza traffico", "Stanco del traffico", "Meno traffico",
		"Lavori in corso", "Amo la manutenzione",
		"Servizi di tè", "Area cani", "Servizio lento", "Settore giovanile",
		"Fan ufficiale", "Risposta pronta", "Ufficialmente stanco",
		"Supporter del Modena", "Garantito",
		"Luca Garante", "Vigilio", "Virgilio", "Kevin Conti", "Vivaldi", "Viva Modena", "Kiwi verde",
		"Comunità felice", "Comunardo", "Ministrone",
		"Tecnico curioso", "Assistente Bianchi", "Dati alla mano",
		"Privacy amica", "Il ciclista urbano",
		"Urbana", "Volpe rossa", "Lupo grigio", "Marina", "Mattia19",
		"Musei e mostre", "Topo di biblioteca", "Verde speranza", "Consuelo", "Vera Kovač", "Luka Modrić",
		"Administrata", "Cittadini stanchi", "Cittadino di Modena", "Cittadina di Modena", "Bologna",
		"Modenese doc",
	} {
		if err := Check(name, town); err != nil {
			t.Errorf("%q is refused: %v", name, err)
		}
	}
}

// A family keeps its name, of which readers see an initial; nobody's given name is a title.
func TestNamesOfPeople(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		given, family string
		ok            bool
	}{
		{"Anna", "Rossi", true}, {"Mario", "Sindaco", true}, {"Anna", "Comune", true},
		{"Luca", "Polizia", true}, {"Rosa", "Giunta", true}, {"", "Rossi", true}, {"Anna", "", true},
		{"Ambra", "Ambiente", true}, {"Sindaco", "Rossi", false}, {"Sindaco", "", false},
		{"", "Sindaco", false}, {"Comune", "di Modena", false}, {"Polizia", "Locale", false},
		{"", "Polizia Locale", false}, {"Consigliere", "Bianchi", false}, {"Giunta", "Comunale", false},
		{"Protezione", "Civile", false}, {"Servizi", "demografici", false},
		{"Comune\u2800di\u2800Modena", "", false}, {"Anna", "Ros\u200Bsi", false}, {"URP", "Modena", false},
		{"S1ndaco", "Rossi", false}, {"Anna", "Comune di Modena", false},
	} {
		if err := CheckPerson(tt.given, tt.family, town); (err == nil) != tt.ok {
			t.Errorf("%q %q: %v", tt.given, tt.family, err)
		}
	}
}

func TestSkeletonsOfTwins(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"Anna Rossi", "anna  ROSSI"}, {"Anna", "Аnnа"}, {"Lillo", "LiIIo"}, {"Modena", "Rnodena"},
		{"Nicolò", "Nicolo"}, {"paolo1", "paolol"}, {"Mario.B", "Mario-B"}, {"Wanda", "Vvanda"},
		{"Anna", "𝓐𝓷𝓷𝓪"},
	} {
		if a, b := Skeleton(pair[0]), Skeleton(pair[1]); a != b || a == "" {
			t.Errorf("%q and %q are %q and %q", pair[0], pair[1], a, b)
		}
	}
	if Skeleton("Anna") == Skeleton("Anno") || Skeleton("Иван") == "" || len(confusables()) < 1800 {
		t.Error("skeletons are too coarse, too empty, or their table is")
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Anna\u200B": "Anna", "Anna\u3164Rossi": "Anna Rossi", "Anna\u2800  D'Alò": "Anna D'Alò",
		"\u202EAnna": "Anna", "Nicolo\u0300": "Nicolo\u0300", "\u200B": "", "A\xffnna": "Anna",
	} {
		if got := Tidy(name); got != want {
			t.Errorf("Tidy(%+q) = %+q, want %+q", name, got, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"Sındaco", "ᴄᴏᴍᴜɴᴇ", "Comune\u2800di", "\xff", "S1ndaco 2026",
		"iiiiiiiiiiiiiiiiiiii"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 400 {
			return
		}
		if err := Check(s, town); err != nil && civic.CodeOf(err) != civic.Invalid {
			t.Fatal(err)
		}
		if tidy := Tidy(s); HasInvisible(tidy) {
			t.Fatalf("%+q is tidied to %+q", s, tidy)
		}
	})
}
