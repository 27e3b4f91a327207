"""Which words mean the same, which say little, and which regions hold which countries."""

from outreach.catalog.series.edition_names import fold, word_set

# One line for each meaning: the word that stands for it, then what people write instead.
_SAME = """
hpc: high performance computing; supercomputing; supercomputer; super computing
vfx: visual effects; special effects
ai: artificial intelligence; genai; generative ai; kunstliche intelligenz
machinelearning: machine learning; ml; deep learning
llm: large language model; language model
iot: internet of things; industrial iot
ci: continuous integration; ci cd; cicd
cd: continuous delivery; continuous deployment
kubernetes: k8s; kube; kubecon; kcd
cloudnative: cloud native; cloudnativecon
postgresql: postgres; pgconf; pgday; pg; postgre sql; postgresql database
opensource: open source; foss; floss; free software; libre software; oss; free and open source;
    free and open source software; free open source software; logiciel libre; software libre;
    software livre; freie software; open source software; free libre open source software
linux: gnu linux; linux operating system
computergraphics: computer graphics; 3d graphics; cgi
hep: high energy physics; particle physics
sre: site reliability; site reliability engineering; site reliability engineer
sysadmin: system administration; system administrator; systems administrator; sys admin;
    systems administration
sbc: single board computer; singleboard computer
raspberrypi: raspberry pi; raspi
riscv: risc v
sbom: software bill of material; bill of material
virtualization: virtualisation; virtual machine; hypervisor
enterpriselinux: enterprise linux; rhel; red hat enterprise linux
iac: infrastructure as code
usergroup: user group; lug; linux user group
cms: content management; content management system
security: infosec; cybersecurity; cyber security; information security; it security; it sicherheit
appsec: application security
softwaretesting: software testing; test automation; quality assurance; qa; software tester
javascript: js; ecmascript
typescript: ts
go: golang; go language; go programming
ux: user experience; ui ux
webhosting: web hosting; hosting provider; web host; hoster; hosting company
msp: managed service; managed service provider; managed hosting
datacenter: data center; data centre; datacentre
supplychain: supply chain; software supply chain; supply chain security
scientificcomputing: scientific computing; computational science; research computing
packaging: package maintenance; packager; package maintainer; software packaging
distribution: distro; linux distribution; distribution builder; distribution developer
desktop: linux desktop; desktop environment
container: containerization; containerisation; docker container
researchsoftware: research software; research software engineering
openhardware: open hardware; open source hardware
selfhosting: self hosting; homelab; home lab; self hosted
gpu: gpus; gpgpu
cpu: cpus
colour: color
animation: animated film; cartoon
postproduction: post production; postproduction
filesystem: file system
cpp: c++
dotnet: .net; dot net
csharp: c#
"""

# What a topic of the conference-data list means; what is missing there means nothing.
TOPIC_WORDS = {
    "opensource": "open source",
    "devops": "devops",
    "security": "security",
    "iot": "iot",
    "testing": "software testing",
    "sre": "sre",
    "data": "data",
    "cpp": "cpp",
    "dotnet": "dotnet",
    "golang": "go",
    "general": "",
    "networking": "",
    "leadership": "leadership",
    "product": "product management",
}

STOP_WORDS = word_set(
    "a an and are as at be by for from has have how in into is it its of off on or our own that"
    " the their them they this to up us use who whose what will with we you your de la le der die"
    " das und et el los du des al di e y all more most other several some very not no across"
    " 1 2 3 4 5 6 7 8 9 0 than over about through between within without"
)

# Words of occasion: they say that something is an event, not what it is about.
OCCASION_WORDS = word_set(
    "conference conf con summit day days week fest festival fair expo exhibition meetup meeting"
    " forum congress symposium workshop camp unconference hackathon convention gathering session"
    " webinar seminar talk online virtual live world worldwide global international national"
    " regional annual show event series edition tour roadshow academy bootcamp spring summer fall"
    " autumn winter january february march april may june july august september october november"
    " december tag tage jornadas encuentro connect north south east west central"
)

# Words so broad that half of all events carry them.
BROAD_WORDS = word_set(
    "open cloud ai data software developer development dev technology tech technical digital"
    " community platform system user tool project engineer engineering business industry manager"
    " management service web network modern free visual image build building testing performance"
    " enterprise infrastructure windows server architect architecture innovation future leader"
    " leadership professional programming code coding app application vendor product solution"
    " maker student researcher scientist specialist operator admin provider company team people"
    " computer computing computation information online it environment support release user"
    " contributor maintainer enthusiast hobbyist organisation stack library framework standard"
    " customer stable example configuration cycle commercial high long short large small old new"
    " general design designer quality internet mobile media script scripting automation tester"
    " test domain control panel life line end secure benchmark gear artist remote display live"
    " working group work university education science studio pipeline machine foundation package"
    " migration"
)


def _canon() -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for line in _SAME.replace(";\n", ";").strip().splitlines():
        meaning, _, spellings = line.partition(":")
        for spelling in spellings.split(";"):
            words = tuple(fold(spelling).replace(".", "").split())
            table[words] = meaning.strip()
    return table


CANON = _canon()
