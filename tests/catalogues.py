"""Catalogues as the software of story sites wrote them, of stories made up for the tests."""

from __future__ import annotations

PERL = rb"""# Automated Archive database, do not edit by hand!

%FILES = (

1 => {
	Author => 'Ada Penhallow',
	Email => 'ada@example.org',
	Title => 'The Lamp',
	Summary => 'A lamp that doesn\'t go out.',
	Category => 'Drama, Humor',
	Pairing => 'Keeper/Sea',
	Rating => 'PG-13',
	Date => '1066348800',
	Location => '1/thelamp',
	FileType => 'html',
	Offsite => 'none',
},

2 => {
	Author => 'Jos Quill',
	Title => 'It's Broken',
	Summary => 'He said 'no', and
went on,
over three lines.',
	Rating => 'G',
	PrintTime => '02/09/99',
	Location => '1/itsbroken',
	FileType => 'txt',
},

'three' => { Title => "Caf~ &eacute;t~", Author => 'M. Rou~', Location => '2/cafe', Size => 12 },

);
1;
""".replace(b"~", b"\xe9")

EFICTION = """-- MySQL dump 10.13
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `sv_fanfiction_authors`;
CREATE TABLE `sv_fanfiction_authors` (
  `uid` int(11) NOT NULL AUTO_INCREMENT,
  `penname` varchar(200) NOT NULL DEFAULT '',
  `email` varchar(200) NOT NULL DEFAULT '',
  `password` varchar(40) NOT NULL DEFAULT '0',
  PRIMARY KEY (`uid`),
  KEY `penname` (`penname`)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;
LOCK TABLES `sv_fanfiction_authors` WRITE;
INSERT INTO `sv_fanfiction_authors` VALUES (1,'Ada P.','ada@example.org','5f4dcc3b5aa765d6'),(2,'Jos O\\'Quill','j@example.org','secret);--');
UNLOCK TABLES;
INSERT INTO `sv_fanfiction_categories` (`catid`, `category`) VALUES
\t(4,'Tides; and (storms)'),
\t(5,'Lamps');
INSERT INTO `sv_fanfiction_classes` (`class_id`,`class_type`,`class_name`) VALUES (3,1,'Angst'),(9,2,'Death');
INSERT INTO `sv_fanfiction_classtypes` (`classtype_id`,`classtype_name`) VALUES (1,'genres'),(2,'warnings');
INSERT INTO `sv_fanfiction_chapters` (`chapid`,`title`,`inorder`,`storytext`,`wordcount`,`sid`) VALUES
(70,'Ebb',1,'<p>TEXTOFTHESTORY it\\'s; (1,2),\n(3)</p>',12,7),(71,'Flood',2,NULL,9,7);
INSERT INTO `sv_fanfiction_characters` (`charid`,`charname`) VALUES (1,'The Keeper');
INSERT INTO `sv_fanfiction_coauthors` (`sid`,`uid`) VALUES (7,2);
INSERT INTO `sv_fanfiction_inseries` (`seriesid`,`sid`,`inorder`) VALUES (3,7,2);
INSERT INTO `sv_fanfiction_ratings` (`rid`,`rating`) VALUES (2,'Teen');
INSERT INTO `sv_fanfiction_reviews` VALUES (1,'A review; with \\'quotes\\' -- and all');
INSERT INTO `sv_fanfiction_series` (`seriesid`,`title`) VALUES (3,'The Lighthouse');
INSERT INTO `sv_fanfiction_settings` (`sitekey`,`url`) VALUES ('x','http://fic.example/sv');
CREATE TABLE `sv_fanfiction_stories` (
  `sid` int(11) NOT NULL auto_increment,
  `title` varchar(200) NOT NULL default '',
  `summary` text,
  `storynotes` text,
  `catid` varchar(100) NOT NULL default '0',
  `classes` varchar(200) default NULL,
  `charid` varchar(250) NOT NULL default '0',
  `rid` varchar(25) NOT NULL default '0',
  `date` datetime NOT NULL default '0000-00-00 00:00:00',
  `updated` datetime NOT NULL default '0000-00-00 00:00:00',
  `uid` int(11) NOT NULL default '0',
  `coauthors` varchar(200) default NULL,
  `completed` char(1) NOT NULL default '0',
  `wordcount` int(11) NOT NULL default '0',
  PRIMARY KEY  (`sid`)
) ENGINE=MyISAM;
INSERT INTO `sv_fanfiction_stories` VALUES
(7,'One Goose Over','A <i>goose</i> &amp; a weir.','For Jo.','4,5,88','3,9','1','2','2006-02-09 22:21:35','0000-00-00 00:00:00',1,'1','1',21),
(8,'Nobody\\'s Page','Says \\"hm\\".',NULL,'4','','0','2','2007-01-02 03:04:05','2007-01-03 00:00:00',2,NULL,'0',5);
-- Dump completed on 2012-03-04 12:00:00
"""
