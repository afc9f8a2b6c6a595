"""Which time zone people mean: cities that are no zone of their own, and abbreviations.

A name with several zones is one that people must be asked about. Zone names are those of the IANA database
(https://www.iana.org/time-zones), whose own cities need no line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

_NEW_YORK, _CHICAGO = "America/New_York", "America/Chicago"
_DENVER, _LOS_ANGELES = "America/Denver", "America/Los_Angeles"
_INDIA, _CHINA, _SAO_PAULO = "Asia/Kolkata", "Asia/Shanghai", "America/Sao_Paulo"
_LONDON, _BERLIN, _PARIS = "Europe/London", "Europe/Berlin", "Europe/Paris"

_CITIES: Mapping[str, str] = {
    _NEW_YORK: "NYC, Manhattan, Brooklyn, Boston, Washington, Washington DC, Washington D C, Philadelphia, "
    "Atlanta, Miami, Orlando, Tampa, Charlotte, Raleigh, Pittsburgh, Cleveland, Cincinnati, Baltimore, "
    "Buffalo, Princeton",
    _CHICAGO: "Houston, Dallas, Austin, San Antonio, Minneapolis, Milwaukee, St Louis, Saint Louis, "
    "Kansas City, New Orleans, Nashville, Memphis, Oklahoma City, Omaha",
    _DENVER: "Salt Lake City, Albuquerque, Santa Fe, Boulder",
    _LOS_ANGELES: "LA, San Francisco, SF, San Diego, Seattle, Las Vegas, Sacramento, Oakland, Palo Alto, "
    "Mountain View, Berkeley, Silicon Valley, Redmond, Santa Monica",
    "America/Phoenix": "Arizona, Tucson",
    "America/Toronto": "Ottawa, Montreal, Quebec, Waterloo",
    "America/Edmonton": "Calgary",
    "America/Mexico_City": "CDMX, Guadalajara, Puebla",
    _SAO_PAULO: "Rio, Rio de Janeiro, Brasilia, Belo Horizonte, Curitiba, Porto Alegre",
    "America/Argentina/Buenos_Aires": "BsAs, Rosario",
    "America/Bogota": "Medellin, Cali",
    "America/Guayaquil": "Quito",
    "America/Caracas": "Maracaibo",
    _LONDON: "Edinburgh, Glasgow, Cardiff, Belfast, Manchester, Liverpool, Leeds, Bristol, Oxford, "
    "England, Scotland, Wales, UK, Great Britain, Britain",
    "Europe/Dublin": "Cork, Galway",
    _BERLIN: "Munich, München, Hamburg, Frankfurt, Cologne, Köln, Stuttgart, Dusseldorf, Düsseldorf, "
    "Leipzig, Dresden, Hannover, Nuremberg, Heidelberg, Bonn, Karlsruhe",
    _PARIS: "Lyon, Marseille, Toulouse, Nice, Bordeaux, Lille, Nantes, Strasbourg",
    "Europe/Madrid": "Barcelona, Seville, Bilbao, Malaga",
    "Europe/Lisbon": "Porto, Lisboa",
    "Europe/Rome": "Milan, Milano, Roma, Turin, Naples, Florence, Venice, Bologna",
    "Europe/Zurich": "Zürich, Geneva, Basel, Bern, Lausanne",
    "Europe/Vienna": "Wien, Salzburg, Graz, Linz, Innsbruck",
    "Europe/Amsterdam": "Rotterdam, The Hague, Utrecht, Eindhoven, Holland",
    "Europe/Brussels": "Antwerp, Ghent, Leuven",
    "Europe/Warsaw": "Krakow, Wroclaw, Gdansk, Poznan, Lodz",
    "Europe/Prague": "Brno, Czechia, Czech Republic",
    "Europe/Stockholm": "Gothenburg, Malmo, Uppsala",
    "Europe/Copenhagen": "Aarhus",
    "Europe/Oslo": "Bergen, Trondheim",
    "Europe/Kyiv": "Kiev, Lviv, Kharkiv, Odesa, Odessa",
    "Europe/Moscow": "Nizhny Novgorod, Kazan",
    "Europe/Istanbul": "Ankara, Izmir, Turkey, Türkiye",
    "Africa/Cairo": "Alexandria, Giza",
    "Africa/Lagos": "Abuja, Ibadan, Kano",
    "Africa/Johannesburg": "Cape Town, Pretoria, Durban",
    "Africa/Casablanca": "Rabat, Marrakesh, Marrakech",
    "Asia/Jerusalem": "Tel Aviv, Haifa",
    "Asia/Dubai": "Abu Dhabi, UAE, Emirates",
    "Asia/Riyadh": "Jeddah, Mecca, Medina",
    "Asia/Karachi": "Lahore, Islamabad, Rawalpindi, Faisalabad",
    _INDIA: "Calcutta, Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Madras, Pune, "
    "Ahmedabad, Jaipur, Lucknow, Kochi, Gurgaon, Noida, Indore",
    "Asia/Dhaka": "Chittagong",
    "Asia/Ho_Chi_Minh": "Saigon, Hanoi, Da Nang",
    "Asia/Jakarta": "Bandung, Surabaya",
    "Asia/Makassar": "Bali, Denpasar",
    "Asia/Kuala_Lumpur": "KL, Penang",
    "Asia/Manila": "Cebu, Quezon City",
    _CHINA: "Beijing, Peking, Shenzhen, Guangzhou, Chengdu, Hangzhou, Wuhan, Nanjing, Xian",
    "Asia/Hong_Kong": "HK",
    "Asia/Seoul": "Busan, Incheon, Korea, South Korea",
    "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Nagoya, Sapporo, Fukuoka",
    "Australia/Sydney": "Canberra, Newcastle NSW",
    "Australia/Brisbane": "Gold Coast, Queensland",
    "Pacific/Auckland": "Wellington, Christchurch, New Zealand",
    "Pacific/Honolulu": "Hawaii",
}
"""Cities, regions and countries, by zone, that no table of the IANA database names as people do."""

_UNCLEAR_CITIES: Mapping[str, tuple[str, ...]] = {
    "springfield": (_CHICAGO, _NEW_YORK),
    "portland": (_LOS_ANGELES, _NEW_YORK),
    "birmingham": (_LONDON, _CHICAGO),
    "cambridge": (_LONDON, _NEW_YORK),
    "newcastle": (_LONDON, "Australia/Sydney"),
    "hyderabad": (_INDIA, "Asia/Karachi"),
    "san jose": (_LOS_ANGELES, "America/Costa_Rica"),
    "santiago": ("America/Santiago", "Europe/Madrid", "America/Santo_Domingo"),
    "cordoba": ("America/Argentina/Cordoba", "Europe/Madrid"),
    "valencia": ("Europe/Madrid", "America/Caracas"),
    "columbus": (_NEW_YORK, _CHICAGO),
    "vancouver": ("America/Vancouver", _LOS_ANGELES),
    "saint petersburg": ("Europe/Moscow", _NEW_YORK),
    "st petersburg": ("Europe/Moscow", _NEW_YORK),
    "melbourne": ("Australia/Melbourne", _NEW_YORK),
    "perth": ("Australia/Perth", _LONDON),
    "georgia": ("Asia/Tbilisi", _NEW_YORK),
    "texas": (_CHICAGO, _DENVER),
    "usa": (_NEW_YORK, _CHICAGO, _DENVER, _LOS_ANGELES),
    "us": (_NEW_YORK, _CHICAGO, _DENVER, _LOS_ANGELES),
    "united states": (_NEW_YORK, _CHICAGO, _DENVER, _LOS_ANGELES),
    "america": (_NEW_YORK, _CHICAGO, _DENVER, _LOS_ANGELES),
    "canada": ("America/Toronto", "America/Winnipeg", "America/Edmonton", "America/Vancouver"),
    "mexico": ("America/Mexico_City", "America/Cancun", "America/Tijuana"),
    "brazil": (_SAO_PAULO, "America/Manaus", "America/Rio_Branco"),
    "australia": ("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Perth"),
    "russia": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok"),
    "indonesia": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "spain": ("Europe/Madrid", "Atlantic/Canary"),
    "portugal": ("Europe/Lisbon", "Atlantic/Azores"),
    "china": (_CHINA,),
    "chile": ("America/Santiago", "Pacific/Easter"),
    "argentina": ("America/Argentina/Buenos_Aires",),
    "ukraine": ("Europe/Kyiv",),
    "germany": (_BERLIN,),
    "vietnam": ("Asia/Ho_Chi_Minh",),
    "kazakhstan": ("Asia/Almaty",),
}
"""Names that stand for more than one zone, and countries that the IANA tables split finer than people do."""

ABBREVIATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "utc": ("UTC",),
        "z": ("UTC",),
        "zulu": ("UTC",),
        "gmt": ("UTC", _LONDON),
        "bst": (_LONDON, "Asia/Dhaka"),
        "ist": (_INDIA, "Europe/Dublin", "Asia/Jerusalem"),
        "idt": ("Asia/Jerusalem",),
        "wet": ("Europe/Lisbon",),
        "west": ("Europe/Lisbon",),
        "cet": (_BERLIN,),
        "cest": (_BERLIN,),
        "eet": ("Europe/Athens",),
        "eest": ("Europe/Athens",),
        "msk": ("Europe/Moscow",),
        "trt": ("Europe/Istanbul",),
        "et": (_NEW_YORK,),
        "est": (_NEW_YORK,),
        "edt": (_NEW_YORK,),
        "eastern": (_NEW_YORK,),
        "ct": (_CHICAGO,),
        "cst": (_CHICAGO, _CHINA, "America/Havana"),
        "cdt": (_CHICAGO,),
        "central": (_CHICAGO,),
        "mt": (_DENVER,),
        "mst": (_DENVER, "America/Phoenix"),
        "mdt": (_DENVER,),
        "mountain": (_DENVER,),
        "pt": (_LOS_ANGELES,),
        "pst": (_LOS_ANGELES,),
        "pdt": (_LOS_ANGELES,),
        "pacific": (_LOS_ANGELES,),
        "akst": ("America/Anchorage",),
        "akdt": ("America/Anchorage",),
        "hst": ("Pacific/Honolulu",),
        "ast": ("America/Halifax", "Asia/Riyadh"),
        "adt": ("America/Halifax",),
        "nst": ("America/St_Johns",),
        "brt": (_SAO_PAULO,),
        "art": ("America/Argentina/Buenos_Aires",),
        "clt": ("America/Santiago",),
        "cot": ("America/Bogota",),
        "pet": ("America/Lima",),
        "wat": ("Africa/Lagos",),
        "cat": ("Africa/Maputo",),
        "eat": ("Africa/Nairobi",),
        "sast": ("Africa/Johannesburg",),
        "gst": ("Asia/Dubai",),
        "irst": ("Asia/Tehran",),
        "pkt": ("Asia/Karachi",),
        "npt": ("Asia/Kathmandu",),
        "ict": ("Asia/Bangkok",),
        "wib": ("Asia/Jakarta",),
        "wita": ("Asia/Makassar",),
        "wit": ("Asia/Jayapura",),
        "sgt": ("Asia/Singapore",),
        "myt": ("Asia/Kuala_Lumpur",),
        "pht": ("Asia/Manila",),
        "hkt": ("Asia/Hong_Kong",),
        "kst": ("Asia/Seoul",),
        "jst": ("Asia/Tokyo",),
        "awst": ("Australia/Perth",),
        "acst": ("Australia/Adelaide", "Australia/Darwin"),
        "acdt": ("Australia/Adelaide",),
        "aest": ("Australia/Sydney", "Australia/Brisbane"),
        "aedt": ("Australia/Sydney",),
        "nzst": ("Pacific/Auckland",),
        "nzdt": ("Pacific/Auckland",),
    }
)
"""What people write, winter and summer names alike: whoever writes EST in July means New York."""

_SHORT = ("art", "cat", "eat", "wet", "wit", "pet", "west", "z", "et", "pt", "mt", "us")
WORDS = frozenset((*_SHORT, "central", "eastern", "mountain", "pacific"))
"""Names that are also words of other kinds: zones only as people write those, with capitals."""


def cities() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each packaged name with its zones."""
    for zone, names in _CITIES.items():
        yield from ((name, (zone,)) for name in names.split(", "))
    yield from _UNCLEAR_CITIES.items()
