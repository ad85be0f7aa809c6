"""The vocabulary of fan fiction headers, as it was counted in two early archives (FIELD.md A4)."""

from __future__ import annotations

# Fields whose value may run over several paragraphs.
LONG = frozenset(
    """disclaimer notes summary warning dedication credits feedback permission rights music
    setting""".split()  # noqa: SIM905  it reads as a list
)

# Words that a narrator or a character's letter uses too: they open a header only where the header
# has not ended yet.
WEAK = frozenset(
    """fic fanfic note notes warning warnings from to date subject name comments comment music
    song time setting status part series by intro place location plot dedication thanks book
    chapter credits archive language title category foreword forward prologue an p teaser
    description characters character sent cc type rate era concept preamble rights codes legal key
    theme size words length rated website url web homepage completed information""".split()  # noqa: SIM905  it reads as a list
)

# "Final warning", "other pairings": words before a label that change nothing of what it names.
MODIFIERS = frozenset(
    """final another additional other general overall estimated implied minor eventual extra main
    first last obligatory usual possible potential specific major current future fic story chapter
    mandatory required big huge fair special my miscellaneous misc general""".split()  # noqa: SIM905
)
MODIFIED = frozenset(
    """warning warnings pairing pairings rating ratings summary spoiler spoilers website web site
    site disclaimer category categories genre notes""".split()  # noqa: SIM905
)
# "Distribution statement", "archive policy".
STATING = frozenset({"statement", "info", "information", "policy", "permission", "permissions"})
STATED = frozenset(
    """archive archiving distribution feedback rating spoiler spoilers copyright
    pairing contact""".split()  # noqa: SIM905
)

_WORDS: dict[str, str] = {
    "title": "title|story title|title of story|title of fic|name of fic|name of story|story name|"
    "story|fic title|fanfic title|fanfic|fic|"
    "titre|titel|titulo|título|titolo|название|タイトル|tytuł|otsikko|cím",
    "author": "author|authors|author's name|authors name|author(s)|name|penname|pen name|pen-name|"
    "pseudonym|alias|written by|by|story by|fic by|a story by|a fic by|a fanfic "
    "by|fanfic by|fan fiction by|"
    "fanfiction by|writer|writers|von|auteur|auteure|autor|autorin|автор|"
    "autora|autore|autrice|författare|forfatter|kirjoittaja|作者|作|著者|著|"
    "created by|penned by|posted by|co-author|co-authors|co-writer|authoress|"
    "author/pseudonym|author name|name of author|"
    "author/pen name|author/penname|nom de plume|schrijver|schrijfster|autorka|autore/autrice|"
    "szerző|yazar|autor/in|forfatterinde|författarinna",
    "email": "email|e-mail|e mail|mail|author's email|author's e-mail|author email|author e-mail|"
    "email address|e-mail address|contact|address|addy|correo",
    "website": "website|web site|webpage|web page|homepage|home page|url|web|site|author's "
    "website|author's page|livejournal|lj|my site",
    "summary": "summary|summery|sumary|synopsis|description|teaser|plot|blurb|story summary|"
    "short summary|"
    "zusammenfassung|inhalt|résumé|resume|resumen|riassunto|описание|аннотация|"
    "саммари|short description|in brief|premise|tiivistelmä|yhteenveto|samenvatting|sammanfattning",
    "notes": "note|notes|author's note|author's notes|authors note|authors notes|author "
    "note|author notes|"
    "authors' notes|authors' note|auther's note|auther's notes|aurthor's note|"
    "aurthor's notes|a/n|an|a.n.|a.n|a/ns|ans|a/n's|"
    "author's comments|author's comment|author comments|author's ramblings|"
    "author's rant|author's babble|nota bene|n.b.|n.b|nb|"
    "foreword|foreward|forward|intro|introduction|comment|comments|story notes|"
    "story note|chapter notes|"
    "pre-notes|pre-story notes|prenotes|pre-fic notes|endnotes|end notes|end "
    "note|endnote|final notes|final note|"
    "other notes|additional notes|misc notes|miscellaneous|misc|misc.|vorwort|"
    "anmerkung|anmerkungen|nachwort|afterword|"
    "notes de l'auteur|note de l'auteur|notas|nota|nota de la autora|nota del "
    "autor|note dell'autrice|от автора|"
    "примечание|примечания|примечания автора|author's corner|closing notes|"
    "chapter end notes|author's chapter notes|"
    "preamble|beginning notes|begin notes|opening notes|postscript|final thought|final "
    "thoughts|background|important note|important|"
    "n/a|nda|n.d.a.|n. d. a.|ndr|nota da autora|notas da autora|notas del autor|notas de la autora|"
    "nota do autor|notas do autor|notas finais|notas da história|"
    "notas do capítulo|notas del fanfic|"
    "notas del capítulo|notas de la historia|"
    "note dell'autore|notas iniciales|notas finales|od autora|od autorki|uwagi|author's nonsense|"
    "quick note|just a note|explanation|ramblings|rant|preface|"
    "information|translations|translation notes|glossary|vocabulary|japanese terms|"
    "japanese glossary|"
    "continuity note|continuity notes|notes to the reader|note to readers|note "
    "to reader|notes and disclaimers",
    "warning": "warning|warnings|content note|content notes|content warning|content warnings|"
    "trigger warning|trigger "
    "warnings|contains|advisory|caution|"
    "content|optional warnings|archive warning|archive warnings|warnung|"
    "warnungen|предупреждение|предупреждения|avertissement|advertencia|"
    "advertencias|squicks|squick warning|tw|cw|warnings/spoilers|varoitus|varoitukset|varningar",
    "rating": "rating|rated|rate|ratings|story rating|fic rating|overall rating|rating/warnings|"
    "rating and warnings|rating & warnings|"
    "rating/warning|рейтинг|altersfreigabe|clasificación|classement|ikäraja|åldersgräns",
    "pairing": "pairing|pairings|pairing(s)|pair|pairs|couple|couples|couple(s)|ship|ships|"
    "shipping|relationship|relationships|p|romance|"
    "pairing/characters|paring|parings|пэйринг|пейринг|пейринги|paarung|couplage|"
    "pareja|main pairing|relationship(s)|coupling|couplings|paritus|paritukset|parning",
    "fandom": "fandom|fandoms|fandom(s)|show|series/fandom|anime|anime/manga|universe|tv "
    "show|source|фандом|crossover|crossovers|based on|genre/fandom|"
    "fandom/pairing",
    "category": "category|categories|category(s)|classification|division|type|story type|"
    "type of story|codes|"
    "code|story codes|kategorie|catégorie|categoría|категория|class",
    "genre": "genre|genres|genre(s)|жанр|жанры|género|genere",
    "character": "character|characters|character(s)|main characters|main character|featuring|"
    "starring|cast|персонажи|personajes|personnages|charaktere|hahmot",
    "keyword": "keywords|keyword|tags|additional tags|key words|kink|kinks|challenge|"
    "challenges|challenge words|challenge word|challenge elements|theme|themes|prompt|prompts",
    "spoiler": "spoiler|spoilers|spoiler(s)|spoiler warning|spoiler warnings|spoilage",
    "series": "series|serie|sequel|sequel to|sequel/series|series/sequel|part of|story arc|"
    "arc|saga|prequel to|prequel|follows|companion to|sequence|universe/series|"
    "series title|series name|in series",
    "part": "part|parts|book|volume|vol|vol.|episode|chapter number",
    "chapter": "chapter|chapter title|kapitel|chapitre|capitulo|capítulo|глава",
    "chapters": "chapters|number of chapters",
    "published": "date|dated|published|date published|posted|date posted|first posted|first "
    "published|uploaded|uploaded on|date uploaded|date written|"
    "written|written on|date finished|finished|date completed|created|started|"
    "date started|archived|archived on|date archived|added|sent|datum|fecha|data|"
    "дата|опубликовано|submitted|originally posted|originally written|completed "
    "on|date of posting|posted on|date submitted",
    "updated": "updated|last updated|last update|revised|date revised|last revised|revision|"
    "modified|last modified|обновлено|date updated|edited",
    "status": "status|complete|completed|story status|wip|finished|finished?|статус|completion|"
    "complete?|completed?",
    "words": "words|word count|wordcount|length|word-count|number of words|size|story "
    "size|размер|file size|longitud",
    "language": "language|sprache|langue|idioma|язык",
    "feedback": "feedback|feed back|feedback to|c&c|c & c|comments and criticism|comments & "
    "criticism|comments to|"
    "comments/criticism|reviews|review|feedback and comments|send feedback to|"
    "please send feedback to|flames|criticism|constructive criticism|feedback is "
    "welcome|reactions|comments, questions|send comments to|email feedback to",
    "permission": "archive|archives|archiving|archive permission|distribution|archival|"
    "permission|permission to archive|"
    "redistribution|archive/distribution|distribution/archive|reposting|may be "
    "archived|dist|archive info|distributed|publishing|posting|архив|размещение|"
    "permissions|archived at|archived|where to archive|archive?|repost",
    "dedication": "dedication|dedicated to|dedications|dedicated|for|written for|recipient|"
    "gift for|giftee|посвящение|widmung|a gift for|acknowledgements|acknowledgments|"
    "acknowledgement|acknowledgment",
    "credits": "credits|credit|thanks|thanks to|special thanks|special thanks to|thank you|"
    "thank yous|many thanks|many thanks to|beta|betas|beta reader|beta readers|"
    "betaed by|beta'd by|beta-reader|beta-readers|beta read by|beta by|"
    "betareader|pre-read by|preread by|pre-reader|pre-readers|prereader|prereaders|proofread by|"
    "proof-read by|proofreader|proofreaders|proof reader|proof readers|edited by|editor|editors|"
    "бета|беты|artist|art|art by|illustrated by|translator|translated by|"
    "translation|edited by|editor|editors|prereader|prereaders|pre-reader|"
    "pre-readers|prereaders",
    "music": "music|song|songs|soundtrack|song credits|lyrics|lyrics by|song by|"
    "inspiration|inspired by|song lyrics|suggested listening|listening to|"
    "currently listening to",
    "setting": "setting|era|timeline|time line|time-line|time frame|timeframe|time|continuity|"
    "takes place|when|season|set|place|location|time period|episode reference",
    "rights": "claimer|claimers|proclaimer|rights|my copyright|©|ownership claim|"
    "self-claimer|original characters copyright",
    "to": "to|cc|reply to|newsgroups|organization|message-id|reply-to|references|lines|path|"
    "x-mailer|mime-version|content-type|x-sender|return-path|received|list-id|"
    "mailing-list|followup-to|nntp-posting-host|xref|sender|importance|"
    "x-mailing-list|distribution-list|precedence|delivered-to|list-unsubscribe|"
    "content-transfer-encoding",
    "from": "from|de",
    "subject": "subject|subj|re|betreff|objet|тема",
}

KNOWN: dict[str, str] = {
    word: name for name, words in _WORDS.items() for word in words.split("|") if word
}
