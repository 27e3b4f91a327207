"""Words that say little by themselves in an issue, however well they fit a segment."""

from outreach.issues.relevance.words import fold

# Everyday words of any tracker, and product names that are first of all everyday words.
AMBIGUOUS_TEXT = """
abrt academy accelerator accelerators access accessibility account action actor actors ada admin
advisory aes affinity agent agents ags ai alembic alias alien alma almalinux amazon amber anaconda
analysis android animation ans ants api application appstream arc arch arm arnold artemis artist
artists asahi assignment assignments asus athena atlas aurora autodesk avalon avid awesome awq aws
azure backup backups bake baking balloon bam bandit barrier base basic battery beast benchmarking
bib bibtex bids billing bind binder biology black blast blis blocker bodhi bolt boot bootloader
bottles bounce box brave breeze bridge brightness bug build building builds cache cage caja
caliper call camera campus can canvas capabilities casa cat cbs cdi cdo cells centos ceph
certificate certification chapel chart charts check chemistry chrome chroot chroots cinder
cinnamon cis citation clair class classifier classroom clevis cli client clipboard clone cloth
cloud clouds cluster clusters cms code compliance compliant composition compositor comps conda
condor conductor confined conversion convert core cores cori cosmic courier course courses cpu
crash crypto cryptographic cue curriculum cursor cycles dark darknet dashboard data dataset
deadline debian debug delegate dell deployment desktop dev device digitalocean dind dirac
distribution distro dns dock docs doi dolphin domain domains dos download downstream driver
drivers droplet duo dvc ecs edge edk education educational el elf elmer email emails emulated
emulator encryption end enforcing enhance enlightenment enterprise entrypoint eol eos epilog epoch
epochs errata error esp event evolution eww exam exams exercises exploit fabric fail failed fails
failure farm feature filament file files filesystem film firefox firewall fix flame flax flicker
flickering flux font fonts foot footage foreman format foundry fox fpm fpu frame frames friction
frontier ftp fullscreen function fusion gadi gaea gaffer galaxy game gaming gateway gaudi gaussian
gcp gdal gemma gestures github gitlab glance gmt google gpl gradient grading graph grid group
guest guests gui guix hack haiku hardware hat hawk hda hdf headless headset heat help hetzner
hijack hip hive homework host hosting hpx hsm html http httpd hub hydra hypothesis icon icons id
ide ignition iis ima image images import inception inference info infrastructure ingress inhibitor
inhibitors input insecure install installation installer installing interconnect invenio invoke
ios ir iris ironic isi iso issue ite item jack java jax jetson job joint julia kate kernel key
keyboard keyframe keying keyring keystone kickstart kind kiosk kitty lab label laboratory language
laptop layout lecture legend legion lenovo lens leonardo lesson lessons level library lid light
lima limit line link linux list llama local lock log login lop lut lve mac machine macos mail
mailing makefile malicious malware management mantra map mari marketplace mash master mate
mathematica matplotlib matte maui max maxima maximize maya mel memory mender menu mesh meson
message metadata method metis microphone microsoft mid migrate migrated migrating migration mimic
minimize minor mint mirror mirrors mistral ml mocha mock mod mode model models modo modular
modularity module mok monitor move muffin multilib mumps munge name namespace nas nco nemo nest
netcdf network neutron nfs night nix nixpkgs noarch node nodes notary notebook notebooks
notifications nuke numa number numpy nwjs object obsoletes octave octoprint ofx olm omap onion
open opencast opencv opensuse operator option oracle orca orchestration order ornatrix os ose osf
osl output overclock ovh oz package packages packaging page pages palette pandas panel panels
paper papers papi parallel parallels part partition passenger passthrough password patch path
performance permissive physics picard pip pipeline pipelines pixar plank plasma plasticity play
player plugin pod pods point polaris polygons pool port portage posit postal power prism privilege
problem process project prolog prompt protein proton provenance provides provisioning public
publish pulp python quay qubes query question queue quiz rag raid ram ramble rank ranks ransomware
ray rce reached react rebuild recommends record red redhat redshift reframe registry relate
release remediation remi remote render renderer rendering replacement replica repo report repos
repository reproducible request research researcher researchers resolve resource rest result
resume review rez rhel rift rig rigging river rocky rockylinux rofi rook root rootless rosetta
roto row rsa ruby run runtime rust rv s3 saga saki salmon salt sample samples sandbox sasl
satellite scale scaling scanner scene scenes school schools science scientific scientists scipy
scope scr scratch screen script scripts scs sdk search secureboot security select semester server
servers service session set setting sha sha1 shader shaders shading shadow shape share sheet
shifter shim shiny shot shotgun shots sierra siesta signal simulation simulations simulator
singularity site size skinning sleep slingshot slurp smtp snap snapshot snapshots software solver
sound source space spack spam spark speakers spec species specs spectra spice spinnaker spoofing
squashfs ssd ssh sso stage stan standard star start stat stata state status steam step stern stop
storage storm storyboard storyboarder strata stream string student students studio studios style
submission sudo summit support surface surfaces suspend sve swan swap swarm sway swift switch
synergy syslog system table tabs tag tails tang target tart task tau teacher teachers teaching
team tearing template templates tensor tensors test text texture textures theme themes thesis
theta thread threat tilix tilt time timeline titan toddlers tool toolchain torch torque tower tpu
track tractor train training transfer transformers tray tree trinity trl turris tutorial tutorials
type ubuntu unit unity unreal update upgrade upgrades upgrading upstream uri url usb usd user
uyuni value verbs version vex video view viewport virtual visit vivo vmm volume vulnerable
wallpaper walltime web webcam website whisper wifi window windows wine word wordops work workflow
workshop workspaces workstation wsl xps yacht yeti zephyr zfs zoom zou
""".split()

# Names that are what they say, but that every other issue mentions in passing.
OMNIPRESENT_TEXT = """
aarch64 ami apache apache2 arm64 blas blender certificate cgroup cgroups cms container containers
cuda deb dnf dns docker dockerfile dpkg ec2 electron fedora flatpak fortran gnome gpg gpu gpus gtk
helm hpc imap iptables jupyter kde kubernetes kvm lapack letsencrypt libreoffice log4j mariadb
mesa mkl mysql nginx nvidia oci openai openmp openssh openssl php postgresql pytorch qemu redis
research rpm smtp sshd ssl steam systemd tensorflow thunderbird tls university vagrant virtualbox
vm vms vmware wayland wsl x11 xorg yum
""".split()

AMBIGUOUS = frozenset(map(fold, AMBIGUOUS_TEXT))
OMNIPRESENT = frozenset(map(fold, OMNIPRESENT_TEXT))
STOPWORDS = frozenset(
    """a about after against all also an and any are as at be because been before being between
    both but by can could did do does each every everything few for from had has have having he
    her his how i if in into is it its itself just keep may me more most must my need new no not
    now of off on one only or other our out over own people same she should so some such than
    that the their them then there these they this those through to too under until up use used
    user users using very was we were what when where which while who whose why will with
    without would you your""".split()
)
