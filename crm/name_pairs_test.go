package crm

import "testing"

// person returns a contact of a written name "Family, Given", or of an organisation without a comma.
func person(family, given string) Contact {
	c := Contact{Kind: Person, FamilyName: family, GivenName: given}
	c.derive()
	return c
}

// warned reports whether saving a is stopped because b may be the same: the store finds b by one of the keys
// of a's name, and the names are alike enough.
func warned(a, b Contact) bool {
	near := a.SortName == b.SortName || a.Skeleton == b.Skeleton || a.Joined == b.Joined
	return near && a.compare(b).Score >= leastScore
}

// TestNamesOfOnePerson: the same name as two people write it down is a likely double, whichever comes first.
func TestNamesOfOnePerson(t *testing.T) {
	t.Parallel()
	pairs := [][4]string{
		{"Dell’Orbona", "Anna", "Dell Orbona", "Anna"}, {"Dell'Orbona", "Anna", "Dell’Orbona", "Anna"},
		{"Dellorbona", "Anna", "Dell'Orbona", "Anna"},
		{"De Lucavall", "Piero", "Delucavall", "Piero"}, {"De Luca", "Gian Carlo", "De Luca", "Giancarlo"},
		{"Rossi", "Łucja", "Rossi", "Lucja"},
		{"D'Angelo", "Nicolò", "D Angelo", "Nicolo"}, {"D'Angelo", "Nicolò", "Dangelo", "Nicolo'"},
		{"Rossi", "Mario", "Mario", "Rossi"},
		{"Rossi", "Mario", "Rosi", "Mario"}, {"Rossi", "Maria Rosa", "Rossi", "Mariarosa"},
		{"Di Stefano", "Lea", "Distefano", "Lea"},
		{"Lo Presti", "Ugo", "Lopresti", "Ugo"}, {"La Rocca", "Ivo", "Larocca", "Ivo"},
		{"Del Vecchio", "Ada", "Delvecchio", "Ada"},
		{"Dalla Chiesa", "Nando", "Dallachiesa", "Nando"}, {"Đanilo", "Petar", "Danilo", "Petar"},
		{"Łazar", "Jan", "Lazar", "Jan"},
		{"Øberti", "Nils", "Oberti", "Nils"}, {"Þórsson", "Ari", "Thorsson", "Ari"},
		{"Weiß", "Karl", "Weiss", "Karl"},
		{"Bjærke", "Ole", "Bjaerke", "Ole"}, {"Yıldız", "Ayşe", "Yildiz", "Ayse"},
		{"Nuñez", "José", "Nunez", "Jose"},
		{"Müller", "Jörg", "Muller", "Jorg"}, {"Çelik", "Özgür", "Celik", "Ozgur"},
		{"Popescu", "Ștefan", "Popescu", "Stefan"},
		{"Nguyễn", "Thị Hồng", "Nguyen", "Thi Hong"}, {"O'Brien", "Sean", "OBrien", "Sean"},
		{"O’Brien", "Seán", "O Brien", "Sean"},
		{"Saint-Exupéry", "Luc", "Saint Exupery", "Luc"}, {"Bonacini-Rossi", "Eva", "Bonacini Rossi", "Eva"},
		{"Però", "Anna", "Pero'", "Anna"},
		{"Forti", "Mattia", "Forti", "Matia"}, {"Bianchi", "Antonella", "Bianchi", "Antonela"},
		{"Ferrari", "Giulia", "Ferari", "Giulia"},
		{"Van der Berg", "Jan", "Vanderberg", "Jan"}, {"Mc Donald", "Ian", "McDonald", "Ian"},
		{"El Khatib", "Omar", "Elkhatib", "Omar"},
		{"Abd el Rahman", "Ali", "Abdelrahman", "Ali"}, {"ROSSI", "MARIO", "rossi", "mario"},
		{"Rossi\u200b", "Mario", "Rossi", "Mario"},
		{"Sant’Agata", "Ida", "Sant'Agata", "Ida"}, {"Degli Esposti", "Pia", "Degliesposti", "Pia"},
		{"Dœring", "Max", "Doering", "Max"},
		{"Anna Maria", "Però", "Però", "Annamaria"},
	}
	if len(pairs) < 40 {
		t.Fatal(len(pairs))
	}
	for _, p := range pairs {
		a, b := person(p[0], p[1]), person(p[2], p[3])
		if !warned(a, b) || !warned(b, a) {
			t.Errorf("%s %s and %s %s pass for two: %q %q %q / %q %q %q", p[0], p[1], p[2], p[3], a.SortName,
				a.Skeleton, a.Joined, b.SortName, b.Skeleton, b.Joined)
		}
	}
}

// TestNamesOfTwoPeople: names that are two people's do not stop a form.
func TestNamesOfTwoPeople(t *testing.T) {
	t.Parallel()
	pairs := [][4]string{
		{"Rossi", "Mario", "Rossi", "Maria Teresa"}, {"Rossi", "Mario", "Russo", "Maura"},
		{"Bianchi", "Luca", "Bianco", "Lucia Anna"}, {"Ferrari", "Anna", "Ferri", "Anna"},
		{"De Luca", "Paolo", "De Lucia", "Paola Maria"}, {"Conti", "Sara", "Conte", "Sergio"},
		{"Gallo", "Ivo", "Galli", "Eva"}, {"Costa", "Pia", "Coste", "Ugo"},
		{"Fontana", "Lea", "Fontanesi", "Lea"}, {"Moretti", "Ada", "Moro", "Ada"},
		{"Ricci", "Teo", "Riccio", "Tea Anna"}, {"Greco", "Nino", "Greco", "Nadia"},
		{"Barbieri", "Aldo", "Barbero", "Aldo"}, {"Rinaldi", "Elio", "Rinaldi", "Elisa"},
		{"Caruso", "Vito", "Carusi", "Viola"}, {"Ferrara", "Gino", "Ferrari", "Giorgio"},
		{"Leone", "Ines", "Leoni", "Iris"}, {"Longo", "Carla", "Longhi", "Carlo Alberto"},
		{"Martini", "Dora", "Martinelli", "Dora"}, {"Vitale", "Rosa", "Vitali", "Renzo"},
		{"Serra", "Olga", "Serri", "Oscar"}, {"Coppola", "Tina", "Coppola", "Toni Luca"},
		{"Marchetti", "Lia", "Marchi", "Lia"}, {"Parisi", "Ezio", "Parisi", "Emma"},
		{"Villa", "Rita", "Villani", "Rita"}, {"Conte", "Mauro", "Conti", "Mirella"},
		{"Ferraro", "Lino", "Ferrari", "Alina"}, {"Fabbri", "Ciro", "Fabris", "Carla"},
		{"Bianco", "Enzo", "Bianchi", "Enza Pia"}, {"Marini", "Luigi", "Marino", "Laura"},
		{"Grasso", "Livia", "Grassi", "Oliviero"}, {"Valentini", "Pino", "Valente", "Pino"},
		{"Messina", "Elsa", "Messina", "Alessio"}, {"Sala", "Nora", "Salati", "Nora"},
		{"De Angelis", "Rocco", "D'Angelo", "Rocco"}, {"Gatti", "Irma", "Gatto", "Ermanno"},
		{"Pellegrini", "Asia", "Pellegrino", "Isacco"}, {"Palumbo", "Zoe", "Palomba", "Ezio"},
		{"Sanna", "Gaia", "Sanna", "Gioele"}, {"Farina", "Ludovico", "Farina", "Ludovica Maria"},
		{"Rizzi", "Mirco", "Rizzo", "Marica"}, {"Monti", "Alba", "Montanari", "Alba"},
		{"Cattaneo", "Bice", "Cattani", "Bice"}, {"Colombo", "Elena", "Colombini", "Elena"},
	}
	if len(pairs) < 40 {
		t.Fatal(len(pairs))
	}
	for _, p := range pairs {
		if a, b := person(p[0], p[1]), person(p[2], p[3]); warned(a, b) || warned(b, a) {
			t.Errorf("%s %s and %s %s pass for one", p[0], p[1], p[2], p[3])
		}
	}
}

// TestListsFollowTheAlphabet: letters of other alphabets stand where Italian readers look for them.
func TestListsFollowTheAlphabet(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"Dall'Olio", "Đanilo"}, {"Đanilo", "Darsi"}, {"Ðorvald", "Dotti"},
		{"Iacobs", "ılić"}, {"Łazar", "Lazzari"}, {"Øberti", "Oca"}, {"Œuvre", "Ogni"},
		{"Straße", "Strassi"}, {"Thor", "Þorsson"}, {"Þorsson", "Tito"}, {"Æbli", "Agosti"}, {"Ħili",
			"Hoxha"}, {"Zanasi", "Żukow"}} {
		if a, b := person(pair[0], "").SortName, person(pair[1], "").SortName; a >= b {
			t.Errorf("%s (%q) does not stand before %s (%q)", pair[0], a, pair[1], b)
		}
	}
}
