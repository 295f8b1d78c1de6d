package publicname

// The lists below are the words by which administrations and those who act for them are known in Italy, as of
// November 2026. Sources: legislative decree 267/2000 on municipalities and provinces (bodies and council:
// articles 36 to 54; secretaries and managers: 97 to 110); law 56/2014 on metropolitan cities; law 65/1986 on
// local police; law 121/1981, article 16, on the police forces; law 150/2000 on public relations offices;
// legislative decrees 1/2018 on civil protection and 502/1992 on local health authorities; and the kinds of
// bodies in the index of public administrations (indicepa.gov.it). Forms in English are those of the site's
// own texts.

// titles are words that make a name an official one wherever they stand in it.
var titles = []string{
	"sindaco", "sindaca", "vicesindaco", "vicesindaca", "prosindaco", "prosindaca", "assessore", "assessora",
	"assessori", "assessorato",
	"consigliere", "consigliera", "consiglieri", "prefetto", "prefettura", "questore", "questura", "comune",
	"comunale",
	"municipio", "municipale", "municipalità", "provincia", "regione", "ministero", "ministro", "ministra",
	"governo",
	"carabinieri", "carabiniere", "polizia", "poliziotto", "vigili", "vigile", "pompieri", "prociv", "urp",
	"suap", "asl", "ausl", "inps", "anagrafe",
	"protocollo", "ragioneria", "redazione", "moderatore", "moderatrice", "moderatori", "moderazione",
	"amministratore", "amministratrice",
	"amministratori", "amministrazione", "admin", "administrator", "sysadmin", "staff", "ascolto",
	"segretario", "segretaria", "segreteria", "dirigente", "dirigenti",
	"dirigenza", "commissario", "commissaria", "commissariato", "comandante", "ufficio", "uffici",
	"sportello", "tribunale", "procura", "procuratore",
	"ombudsman", "office", "mayor", "municipality", "moderator", "councillor", "councilor", "police",
	"prefect", "townhall", "government", "administration", "ministry", "comunali", "municipali", "dpo",
	"garante", "helpdesk",
}

// surnames are titles that many families are called by; they pass behind a given name, which no office has.
var surnames = []string{"giunta", "console", "podestà", "conte", "consiglio", "prefetto", "consigliere",
	"sindaco", "comandante", "ministro", "garante"}

// alone are words that make a name an official one when it holds nothing but them, articles and numbers.
var alone = []string{"giunta", "consiglio", "municipalizzata", "presidente", "capogruppo", "direttore",
	"direttrice", "funzionario", "funzionaria", "responsabile", "demanio", "agenzia", "ente",
	"council", "supporto", "support", "assistenza"}

// phrases are words that make a name an official one when they stand together.
var phrases = []string{
	"giunta comunale", "consiglio comunale", "giunta regionale", "consiglio regionale", "polizia locale",
	"vigili del fuoco", "vigile del fuoco",
	"protezione civile", "guardia di finanza", "guardia finanza", "guardia costiera", "corpo forestale",
	"croce rossa", "pronto soccorso", "azienda sanitaria", "azienda usl",
	"servizi sociali", "servizio civile", "città metropolitana", "unione dei comuni", "comunità montana",
	"agenzia delle entrate", "agenzia entrate",
	"difensore civico", "presidente del consiglio", "presidente della giunta", "presidente del comune",
	"primo cittadino", "prima cittadina",
	"la giunta", "il consiglio", "ente locale", "pubblica amministrazione", "relazioni con il pubblico",
	"forze dell ordine", "city council", "city hall", "town hall", "civil protection",
	"protezione dei dati", "protezione dati", "data protection", "supporto tecnico", "assistenza tecnica",
	"technical support", "tech support", "help desk", "servizio clienti", "customer service",
	"customer support", "local authority",
	// the label of an official answer, and what else is said to be official
	"risposta ufficiale", "risposte ufficiali", "official answer", "official answers", "official reply",
	"official response", "profilo ufficiale", "account ufficiale", "canale ufficiale", "pagina ufficiale",
	"voce ufficiale", "comunicato ufficiale", "comunicazione ufficiale", "official account", "official page",
	"official statement",
}

// places are the words by which names of municipalities begin, and joints what stands behind them: "Città di
// Modena", "City of Modena".
var (
	places = []string{"città", "city", "town", "borough", "county", "province", "region"}
	joints = []string{"di", "of", "d"}
)

// fillers are words of offices' names that name nothing.
var fillers = []string{"e", "ed", "a", "al", "alla", "alle", "ai", "con", "per", "di", "d", "da", "del",
	"dello", "della", "dei", "degli", "delle", "dell", "l", "il", "lo", "la", "i", "gli", "le", "in", "and",
	"of", "the", "for", "pubblico", "pubblica"}

// anywhere are beginnings of titles that no surname holds: they count within a word, too.
var anywhere = []string{"sindac", "assessor", "carabinier", "prefettur", "questur", "municipi", "poliziotto",
	"amministra", "moderator", "poliziala", "polizialocale", "protezionecivile", "vigilidelfuoco", "comunedi",
	"giuntacomunale"}

// beginnings are titles that are official with another word glued to them.
var beginnings = []string{"comune", "polizia", "ufficio", "regione", "provincia"}

// around are words that people put around a title: articles, and what claims to be the real one.
var around = []string{
	"il", "lo", "la", "i", "gli", "le", "un", "una", "l", "del", "della", "dei", "di", "ex", "vice", "pro",
	"neo", "vero", "vera", "ufficiale", "official", "real", "the", "super",
	"nostro", "nostra", "nuovo", "nuova", "tuo", "vostro", "signor", "signora", "sig", "dott", "dottor",
	"dottoressa", "avv", "ing", "on", "online", "news", "info", "account", "uff",
}

// kinds are the words that offices' names begin with: what follows names the office as well.
var kinds = []string{"ufficio", "servizio", "servizi", "settore", "area", "sportello", "direzione",
	"dipartimento", "unità"}

// givenNames are frequent given names of residents in Italy: those most given to newborns in recent decades,
// after Istat's "contanomi".
var givenNames = []string{
	"Adriano", "Alberto", "Alessandra", "Alessandro", "Alessia", "Alessio", "Alfredo", "Alice", "Andrea",
	"Angela", "Angelo", "Anna", "Antonella", "Antonia", "Antonio",
	"Arianna", "Aurora", "Barbara", "Beatrice", "Bruno", "Camilla", "Carla", "Carlo", "Carmela", "Carmelo",
	"Caterina", "Cecilia", "Chiara", "Claudia", "Claudio",
	"Cristian", "Cristina", "Daniela", "Daniele", "Dario", "Davide", "Domenico", "Donatella", "Edoardo",
	"Elena", "Elisa", "Elisabetta", "Emanuele", "Emma", "Enrico", "Fabio",
	"Fabrizio", "Federica", "Federico", "Filippo", "Francesca", "Francesco", "Gabriele", "Gaia", "Giacomo",
	"Gianluca", "Gianni", "Ginevra", "Giorgia", "Giorgio", "Giovanna", "Giovanni",
	"Giulia", "Giulio", "Giuseppe", "Giuseppina", "Grazia", "Greta", "Ilaria", "Irene", "Laura", "Leonardo",
	"Lorenzo", "Luca", "Lucia", "Luciano", "Luigi", "Luisa", "Manuela", "Marco",
	"Margherita", "Maria", "Mario", "Marta", "Martina", "Massimo", "Matilde", "Matteo", "Mattia", "Maurizio",
	"Mauro", "Michela", "Michele", "Monica", "Nicola", "Nicole", "Nicoletta",
	"Paola", "Paolo", "Patrizia", "Pietro", "Raffaele", "Renato", "Riccardo", "Rita", "Roberta", "Roberto",
	"Rosa", "Rosaria", "Salvatore", "Samuele", "Sandra", "Sara", "Sergio",
	"Silvia", "Simona", "Simone", "Sofia", "Stefania", "Stefano", "Susanna", "Teresa", "Tommaso", "Umberto",
	"Valentina", "Valeria", "Valerio", "Vincenzo", "Vittoria", "Vittorio",
}
