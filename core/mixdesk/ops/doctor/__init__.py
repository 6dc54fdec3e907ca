"""What can be wrong on this machine: looked for, told in facts, mended where that is safe."""

from mixdesk.ops.doctor.checkup import examine as examine
from mixdesk.ops.doctor.finding import Finding as Finding
from mixdesk.ops.doctor.finding import Severity as Severity
from mixdesk.ops.doctor.finding import Topic as Topic
from mixdesk.ops.doctor.network import Network as Network
from mixdesk.ops.doctor.network import Progress as Progress
from mixdesk.ops.doctor.scene import context_for_looking as context_for_looking
