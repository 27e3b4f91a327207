"""Words that say little by themselves in an issue, however well they fit a segment."""

from outreach.issues.relevance.words import fold

# Everyday words of any tracker, and product names that are first of all everyday words.
AMBIGUOUS_TEXT = """
academy accelerator accelerators access accessibility account action actor actors ada admin
advisory aes affinity agent agents ai alembic alias alien alma almalinux amazon anaconda android
animation ans ants api application appstream arc arch arm arnold artist artists assignment
assignments asus athena atlas aurora autodesk avalon awesome awq aws azure backup bake baking
balloon bam barrier base basic battery benchmarking bibtex bids billing bind binder biology black
blast blis blocker bodhi bootloader box breeze bridge brightness bug build building builds cache
cage caja caliper call camera campus can canvas casa cat centos ceph certification chapel chart
charts check chemistry chrome cinnamon cis citation clair class classroom clevis cli client
clipboard clone cloud clouds cluster clusters cms code compliance compliant composition compositor
comps conda condor confined conversion convert core cosmic course courses cpu crash crypto
cryptographic cue curriculum cursor cycles dark darknet dashboard data dataset deadline debian
debug delegate dell deployment desktop dev device digitalocean dirac distro dns dock docs doi
dolphin domain domains dos download driver drivers droplet duo ecs edge edk education educational
el elf encryption end enforcing enhance enlightenment enterprise entrypoint eol eos epilog epoch
epochs errata error esp event evolution exercises exploit fabric fail failed fails failure farm
feature file files filesystem film firefox firewall fix flame flicker flickering flux font fonts
foreman format foundry fox fpm fpu frame frames frontier ftp function fusion gaffer galaxy game
gaming gateway gaudi gcp gdal gemma github gitlab google gpl gradient grading graph grid group
guest guests gui hack hardware hat hda hdf headless headset help hetzner hip hive homework host
hosting hpx hsm html http httpd hub icon icons id ide iis ima image images import inception
inference info infrastructure ingress inhibitor inhibitors input install installation installer
installing interconnect invenio invoke ios ir isi iso issue ite item java jax jetson job joint
julia kate kernel key keyboard keyframe keying kickstart kiosk lab label language laptop layout
lecture legend legion lenovo leonardo lesson lessons level library lid light lima limit line link
linux list llama local lock log login lop lut lve mac machine macos mail mailing makefile malware
management map mari marketplace master mate mathematica matplotlib matte maui max maxima maya mel
memory menu mesh meson message metadata method metis microphone microsoft mid migrate migrated
migrating migration mimic minor mint mirror mirrors mistral ml mock mod mode model models modo
modular modularity module mok monitor move muffin multilib mumps munge name namespace nas nemo
netcdf network nfs night nix nixpkgs noarch node nodes notebook notebooks notifications nuke numa
number numpy nwjs object obsoletes octave octoprint ofx onion open opencast opencv opensuse
operator option oracle orchestration order ornatrix os ose osl output overclock ovh oz package
packages packaging page pages palette pandas panel panels papi parallel parallels part partition
passenger passthrough password patch path performance permissive physics pip pipeline pipelines
pixar plank plasma play player plugin pod pods point polygons pool port posit postal power prism
problem process project prolog prompt proton provenance provides provisioning public publish pulp
python quay qubes query question queue rag raid ram ramble rank ranks ransomware ray rce reached
react rebuild recommends record red redhat redshift reframe release remi remote render renderer
rendering replacement replica repo report repository reproducible request research researcher
researchers resolve resource rest result review rez rhel rift rig rigging river rocky rockylinux
rofi rook root roto row rsa ruby run runtime rust rv s3 saki salt sample samples sandbox sasl
satellite scale scaling scanner scene scenes school schools science scientists scipy scope scr
scratch screen script scripts scs sdk search secureboot security select semester server servers
service session set setting sha sha1 shader shaders shading shadow shape share sheet shifter shim
shiny shot shotgun shots siesta singularity site size skinning sleep slingshot smtp snap snapshot
software solver sound source space spack spam spark speakers spec spice ssd ssh sso stage standard
star start stat stata state status steam step stop storage storm storyboard strata stream string
student students studio studios style submission sudo summit support surface surfaces suspend swan
swap swarm sway switch synergy syslog system table tabs tag tang target task tau teacher teachers
teaching team tearing template tensor tensors test text texture textures theme themes thesis
thread threat time timeline titan tool toolchain torch torque tower tpu track tractor train
training transfer transformers tree trl tutorial tutorials type ubuntu unit unity unreal update
upgrade upgrades upgrading uri url usb usd user uyuni value verbs version video view viewport
virtual visit vivo volume vulnerable wallpaper walltime web webcam website whisper wifi window
windows wine word wordops work workshop workspaces workstation wsl xps yeti zephyr zfs zoom zou
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
